package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.nn.fit.Alarm.Reaction;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AlarmTest {
    private static final double NEVER = Double.POSITIVE_INFINITY;

    @TempDir
    private Path folder;

    private final Recorder recorder = new Recorder();
    private final List<int[]> seen = new ArrayList<>();

    /// Trains 12 steps of one batch each; `poison` multiplies the loss of the batch numbered from 0 in drawing order.
    private Fit.Result train(Alarm alarm, Function<Integer, Double> poison, List<Float> weights) {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            toy.poison = batch -> {
                seen.add(batch);
                return poison.apply(seen.size() - 1);
            };
            var result = Fit.steps(12, new Schedule.Constant(0.01))
                    .withEvery(new Fit.Every(1, 0, 5))
                    .withAlarm(alarm)
                    .withOutput(folder)
                    .run(toy, adamw, Toy.batches(), recorder, new StopSignal());
            weights.addAll(toy.floats());
            return result;
        }
    }

    @Test
    void aSkippedBatchLeavesNoTraceAndTheNextTakesItsStep() throws IOException {
        List<Float> weights = new ArrayList<>();
        var result = train(alarm(Reaction.SKIP, 3), drawn -> drawn == 7 ? Double.NaN : 1, weights);
        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(seen).hasSize(13);
        assertThat(recorder.steps).hasSize(12).extracting(StepReport::step).doesNotHaveDuplicates();
        assertThat(weights).allMatch(Float::isFinite);
        assertThat(recorder.notes).containsExactly("alarm at step 8: the loss is NaN; the batch is skipped");
        assertThat(Files.readString(folder.resolve(MetricsLog.FILE)))
                .contains("{\"step\":8,\"alarm\":\"the loss is NaN\",\"reaction\":\"skip\"}");
    }

    @Test
    void aRollbackGoesBackToTheCheckpointAndPastTheBatch() throws IOException {
        var result = train(alarm(Reaction.ROLLBACK, 3), drawn -> drawn == 7 ? NEVER : 1, new ArrayList<>());
        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        // steps 1 to 7, the bad batch, then steps 6 to 12 from the checkpoint of step 5
        assertThat(recorder.steps)
                .extracting(StepReport::step)
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
        assertThat(seen).hasSize(15);
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .contains("the loss is Infinity; back to the checkpoint of step 5, past this batch");
        long lines;
        try (var all = Files.lines(folder.resolve(MetricsLog.FILE))) {
            lines = all.filter(line -> line.contains("\"loss\"")).count();
        }
        assertThat(lines).isEqualTo(12);
    }

    @Test
    void withoutACheckpointARollbackSkips() {
        var result = train(alarm(Reaction.ROLLBACK, 3), drawn -> drawn == 1 ? Double.NaN : 1, new ArrayList<>());
        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(recorder.notes).singleElement().asString().contains("no checkpoint to go back to");
    }

    @Test
    void stoppingEndsTheRunAtOnceAndAppliesNothing() {
        List<Float> weights = new ArrayList<>();
        var result = train(alarm(Reaction.STOP, 3), drawn -> drawn == 3 ? Double.NaN : 1, weights);
        assertThat(result.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(result.step()).isEqualTo(3);
        assertThat(weights).allMatch(Float::isFinite);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reaction.class,
            names = {"SKIP", "ROLLBACK"})
    void patienceEndsWhenEveryBatchIsBad(Reaction reaction) {
        var result = train(alarm(reaction, 3), drawn -> drawn >= 6 ? Double.NaN : 1, new ArrayList<>());
        assertThat(result.outcome()).isEqualTo(Outcome.DIVERGED);
        assertThat(recorder.notes).hasSize(3).last().asString().contains("patience with alarms is at an end");
    }

    /// Rolling back makes good steps up to the bad one; these must not wipe out the count of alarms.
    @Test
    void rollingBackAgainAndAgainToTheSameStepEndsToo() {
        var fit = Fit.steps(100, new Schedule.Constant(0.01))
                .withEvery(new Fit.Every(1, 0, 5))
                .withAlarm(alarm(Reaction.ROLLBACK, 4))
                .withOutput(folder);
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            toy.poison =
                    _ -> recorder.steps.isEmpty() || recorder.steps.getLast().step() < 8 ? 1.0 : Double.NaN;
            var result = fit.run(toy, adamw, Toy.batches(), recorder, new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.DIVERGED);
            assertThat(recorder.notes).hasSize(4);
        }
    }

    @Test
    void aLossFarAboveItsMedianRings() {
        var result = train(new Alarm(5, NEVER, 4, Reaction.SKIP, 3), drawn -> drawn == 8 ? 1e4 : 1, new ArrayList<>());
        assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(recorder.notes).singleElement().asString().contains("above 5.0 times its running median");
    }

    @Test
    void aGradientNormFarAboveItsMedianRings() {
        train(new Alarm(NEVER, 20, 4, Reaction.SKIP, 3), drawn -> drawn == 8 ? 1e4 : 1, new ArrayList<>());
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .contains("the gradient norm is")
                .contains("above 20.0 times");
    }

    @Test
    void mediansAreSilentUntilTheirWindowIsFull() {
        train(new Alarm(5, 5, 100, Reaction.SKIP, 3), drawn -> drawn == 8 ? 1e4 : 1, new ArrayList<>());
        assertThat(recorder.notes).isEmpty();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new Alarm(1, 2, 3, Reaction.STOP, 1)).hasMessageContaining("above 1, were 1.0");
        assertThatThrownBy(() -> new Alarm(2, 2, 0, Reaction.STOP, 1)).hasMessageContaining("were 0 and 1");
    }

    private static Alarm alarm(Reaction reaction, int patience) {
        return new Alarm(NEVER, NEVER, 10, reaction, patience);
    }
}
