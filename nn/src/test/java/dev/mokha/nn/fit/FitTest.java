package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.nn.optim.Sgd;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FitTest {
    private static final Schedule RATE = new Schedule.Constant(0.02);

    @Test
    void theToyLearnsToAdd() {
        try (var toy = new Toy(3);
                var adamw = new AdamW(toy.parameters())) {
            var recorder = new Recorder();
            var result = Fit.epochs(60, RATE).run(toy, adamw, Toy.batches(), recorder, new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
            assertThat(result.step()).isEqualTo(60 * 6); // 23 examples by 4: six batches an epoch
            double first = mean(recorder.steps.subList(0, 20));
            double last = mean(recorder.steps.subList(340, 360));
            assertThat(last).isLessThan(first / 10);
            assertThat(recorder.steps.getLast().tokens()).isEqualTo(60L * 23 * 3);
        }
    }

    private static double mean(List<StepReport> reports) {
        return reports.stream().mapToDouble(StepReport::loss).average().orElseThrow();
    }

    /// Batches of 1 and 3 examples, accumulated, are one batch of 4: each counts by its examples, not by its turn.
    @Test
    void accumulatedBatchesCountByTheirWeight() {
        List<Float> together = plainSgd(List.of(new int[] {0, 1, 2, 3}), 1);
        List<Float> apart = plainSgd(List.of(new int[] {0}, new int[] {1, 2, 3}), 2);
        for (int i = 0; i < together.size(); i++) {
            assertThat(apart.get(i)).isCloseTo(together.get(i), within(1e-6f));
        }
    }

    private static List<Float> plainSgd(List<int[]> parts, int accumulation) {
        try (var toy = new Undropped(new Toy(1));
                var sgd = new Sgd(toy.parameters(), Sgd.Config.plain())) {
            Fit.steps(1, new Schedule.Constant(0.1))
                    .withAccumulation(accumulation)
                    .run(toy, sgd, cycling(parts), Progress.none(), new StopSignal());
            return toy.toy.floats();
        }
    }

    /// A toy that never enters training mode, so that dropout does not tell batches apart.
    private record Undropped(Toy toy) implements Task<int[]>, AutoCloseable {
        @Override
        public Map<String, Tensor> parameters() {
            return toy.parameters();
        }

        @Override
        public Tensor loss(int[] batch) {
            return toy.loss(batch);
        }

        @Override
        public double weight(int[] batch) {
            return batch.length;
        }

        @Override
        public void close() {
            toy.close();
        }
    }

    private static <B> Batches<B> cycling(List<B> parts) {
        return new Batches<>() {
            private int at;

            @Override
            public B next() {
                return parts.get(at++ % parts.size());
            }

            @Override
            public String position() {
                return Integer.toString(at);
            }

            @Override
            public void restore(String position) {
                at = Integer.parseInt(position);
            }
        };
    }

    @Test
    void clippingBoundsTheStep() {
        try (var toy = new Toy(1);
                var sgd = new Sgd(toy.parameters(), Sgd.Config.plain())) {
            toy.poison = _ -> 1000.0;
            List<Float> before = toy.floats();
            var recorder = new Recorder();
            Fit.steps(1, new Schedule.Constant(1))
                    .withClip(0.25)
                    .run(toy, sgd, Toy.batches(), recorder, new StopSignal());
            List<Float> after = toy.floats();
            double moved = 0;
            for (int i = 0; i < before.size(); i++) {
                moved += Math.pow(after.get(i) - before.get(i), 2);
            }
            assertThat(recorder.steps.getFirst().gradNorm()).isGreaterThan(100);
            assertThat(Math.sqrt(moved)).isCloseTo(0.25, within(1e-4));
        }
    }

    @Test
    void evaluationSeesEvalModeAndNoGradientsAndTrainingGoesOnAfterwards() {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            List<Boolean> gradients = new ArrayList<>();
            List<Boolean> mode = new ArrayList<>();
            toy.evaluation = model -> {
                gradients.add(Gradients.areOn());
                mode.add(model.modes.getLast());
                return Task.Evaluation.ofLoss(1);
            };
            var recorder = new Recorder();
            Fit.steps(5, RATE)
                    .withEvery(new Fit.Every(0, 2, 0))
                    .run(toy, adamw, Toy.batches(), recorder, new StopSignal());
            assertThat(gradients).containsExactly(false, false, false);
            assertThat(mode).containsExactly(false, false, false);
            assertThat(toy.modes.getLast()).isTrue();
            assertThat(recorder.events)
                    .containsExactly("begin 0/5", "evaluated 2", "evaluated 4", "evaluated 5", "end FINISHED");
        }
    }

    @Test
    void aRunThatNoLongerImprovesStops() {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            var count = new AtomicInteger();
            double[] scores = {3, 2, 2.5, 2.4, 2.3, 1};
            toy.evaluation = _ -> Task.Evaluation.ofLoss(scores[count.getAndIncrement()]);
            var result = Fit.steps(100, RATE)
                    .withEvery(new Fit.Every(0, 1, 0))
                    .withPatience(3)
                    .run(toy, adamw, Toy.batches(), Progress.none(), new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.NO_LONGER_IMPROVING);
            assertThat(result.step()).isEqualTo(5);
            assertThat(result.bestScore()).isEqualTo(2);
        }
    }

    @Test
    void aSpentBudgetEndsTheRunAfterItsStep() {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            var result = Fit.steps(1_000_000_000, RATE)
                    .withBudget(Duration.ofNanos(1))
                    .run(toy, adamw, Toy.batches(), Progress.none(), new StopSignal());
            assertThat(result.outcome()).isEqualTo(Outcome.BUDGET_SPENT);
        }
    }

    @Test
    void bfloat16RunsTheLossUnderAutocastAndKeepsFloat32Weights() {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            List<Boolean> on = new ArrayList<>();
            toy.poison = _ -> {
                on.add(Autocast.isOn(Device.CPU));
                return 1.0;
            };
            var result = Fit.steps(3, RATE)
                    .withPrecision(Fit.Precision.BFLOAT16)
                    .run(toy, adamw, Toy.batches(), Progress.none(), new StopSignal());
            assertThat(on).containsExactly(true, true, true);
            assertThat(Autocast.isOn(Device.CPU)).isFalse();
            assertThat(result.loss()).isFinite();
            assertThat(toy.get("out.weight").dtype()).isEqualTo(DType.FLOAT32);
        }
    }

    /// One scope a step and one a batch: nothing native outlives its step. (The collector may meanwhile have freed what
    /// tests before this one left.)
    @Test
    void nativeHandlesAtStep1000AreNoMoreThanAtStep100() {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters())) {
            toy.evaluation =
                    model -> Task.Evaluation.ofLoss(model.loss(new int[] {50}).item());
            long[] handles = new long[1001];
            var recorder = new Recorder(report -> handles[(int) report.step()] = Engine.liveHandles());
            Fit.steps(1000, RATE)
                    .withAccumulation(2)
                    .withEma(0.99)
                    .withEvery(new Fit.Every(10, 50, 0))
                    .run(toy, adamw, Toy.batches(), recorder, new StopSignal());
            assertThat(handles[100]).isPositive();
            assertThat(handles[1000]).isLessThanOrEqualTo(handles[100]);
        }
    }

    @Test
    void shuffledBatchesCoverEveryExampleOnceAnEpochInAnotherOrderEach() {
        var batches = Toy.batches();
        List<Integer> first = epoch(batches);
        List<Integer> second = epoch(batches);
        assertThat(first).hasSize(Toy.EXAMPLES).doesNotHaveDuplicates().allMatch(i -> i >= 0 && i < Toy.EXAMPLES);
        assertThat(second).hasSize(Toy.EXAMPLES).doesNotHaveDuplicates().isNotEqualTo(first);
        var again = Toy.batches();
        again.restore("6");
        assertThat(epoch(again)).isEqualTo(second);
        assertThatThrownBy(() -> again.restore("x")).hasMessageContaining("'x' is no number of batches drawn");
        assertThatThrownBy(() -> again.restore("-1")).hasMessageContaining("-1");
    }

    private static List<Integer> epoch(Shuffled<int[]> batches) {
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < batches.perEpoch(); i++) {
            for (int example : batches.next()) {
                drawn.add(example);
            }
        }
        return drawn;
    }

    @Test
    void epochsNeedASourceThatKnowsItsLength() {
        Fit fit = Fit.epochs(2, RATE);
        assertThat(fit.withAccumulation(4).totalSteps(Toy.batches())).isEqualTo(3);
        Batches<Integer> endless = cycling(List.of(1));
        assertThatThrownBy(() -> fit.totalSteps(endless)).hasMessageContaining("give the length in steps");
    }

    @Test
    void nonsenseIsRefusedWithTheNumberNamed() {
        Fit fit = Fit.steps(1, RATE);
        assertThatThrownBy(() -> Fit.steps(0, RATE)).hasMessageContaining("length above 0");
        assertThatThrownBy(() -> fit.withAccumulation(0)).hasMessageContaining("was 0");
        assertThatThrownBy(() -> fit.withClip(0)).hasMessageContaining("was 0.0");
        assertThatThrownBy(() -> fit.withEma(1)).hasMessageContaining("was 1.0");
        assertThatThrownBy(() -> fit.withPatience(-1)).hasMessageContaining("was -1");
        assertThatThrownBy(() -> fit.withBudget(Duration.ZERO)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new Fit.Every(-1, 0, 0)).hasMessageContaining("log -1");
        assertThatThrownBy(() -> new Fit.Keep(0, true)).hasMessageContaining("not 0");
    }
}
