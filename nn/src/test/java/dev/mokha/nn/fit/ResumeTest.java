package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.nn.optim.Schedule.WarmupCosine;
import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// A run that was stopped, killed or damaged gives the same floats as one that was left alone.
final class ResumeTest {
    private static final Schedule SCHEDULE = new WarmupCosine(0.05, 0.001, 3, 20);

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static List<Float> undisturbed = List.of();

    @BeforeAll
    static void runUndisturbed() {
        undisturbed = train(fit(shared.resolve("undisturbed")), new Recorder(), new StopSignal())
                .floats();
    }

    private static Fit fit(Path output) {
        return Fit.steps(20, SCHEDULE)
                .withAccumulation(2)
                .withEma(0.9)
                .withEvery(new Fit.Every(1, 4, 5))
                .withKeep(new Fit.Keep(3, true))
                .withAlarm(Alarm.careful())
                .withOutput(output);
    }

    private record Trained(List<Float> floats, Fit.Result result) {}

    private static Trained train(Fit fit, Progress progress, StopSignal stop) {
        return train(fit, progress, stop, _ -> {});
    }

    private static Trained train(Fit fit, Progress progress, StopSignal stop, Consumer<Toy> prepare) {
        try (var toy = new Toy(1);
                var adamw = new AdamW(toy.parameters(), AdamW.Config.decoder())) {
            toy.evaluation = model ->
                    Task.Evaluation.ofLoss(model.loss(new int[] {100, 101, 102}).item());
            prepare.accept(toy);
            var result = fit.run(toy, adamw, Toy.batches(), progress, stop);
            return new Trained(toy.floats(), result);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 10, 19})
    void aStoppedRunResumesToEqualFloats(long stopAfter) {
        Path output = folder.resolve("stopped");
        var stop = new StopSignal();
        var recorder = new Recorder(report -> {
            if (report.step() == stopAfter) {
                stop.raise();
            }
        });
        var stopped = train(fit(output), recorder, stop);
        assertThat(stopped.result().outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(stopped.result().step()).isEqualTo(stopAfter);

        var rest = new Recorder();
        var resumed = train(fit(output), rest, new StopSignal());
        assertThat(rest.events).startsWith("begin " + stopAfter + "/20").endsWith("end FINISHED");
        assertThat(resumed.floats()).isEqualTo(undisturbed);
        assertThat(averages(output)).isEqualTo(averages(shared.resolve("undisturbed")));
        assertThat(resumed.result().bestScore())
                .isEqualTo(train(fit(shared.resolve("undisturbed")), new Recorder(), new StopSignal())
                        .result()
                        .bestScore());
    }

    /// A death without warning: the run ends by an error in the middle of a step, after the checkpoint of step 10.
    @ParameterizedTest
    @ValueSource(longs = {11, 13, 14})
    void aKilledRunResumesFromItsLastCheckpointToEqualFloats(long diesAfter) throws IOException {
        Path output = folder.resolve("killed");
        kill(output, diesAfter);
        assertThat(lines(output)).hasSizeGreaterThan(10);

        var rest = new Recorder();
        var resumed = train(fit(output), rest, new StopSignal());
        assertThat(rest.events.getFirst()).isIn("begin 10/20", "begin 12/20");
        assertThat(resumed.floats()).isEqualTo(undisturbed);
        assertThat(stepsLogged(output))
                .isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
        assertThat(Files.size(output.resolve(MetricsLog.EVENTS)))
                .isEqualTo(Files.size(shared.resolve("undisturbed").resolve(MetricsLog.EVENTS)));
    }

    @Test
    void whatAKilledWriterLeftIsIgnoredAndCleaned() throws IOException {
        Path output = folder.resolve("killed");
        kill(output, 13);
        Path half = Files.createDirectories(output.resolve(".checkpoint-15.writing"));
        Files.write(half.resolve("model.safetensors"), new byte[100]);
        Path doomed = Files.createDirectories(output.resolve(".checkpoint-5.deleting"));
        Files.write(doomed.resolve("state.json"), new byte[10]);

        var resumed = train(fit(output), new Recorder(), new StopSignal());
        assertThat(resumed.floats()).isEqualTo(undisturbed);
        assertThat(half).doesNotExist();
        assertThat(doomed).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors, FLIP",
        "model.safetensors, CUT",
        "model.safetensors, DELETE",
        "optimizer.safetensors, FLIP",
        "ema.safetensors, CUT",
        "state.json, CUT",
        "state.json, DELETE",
        "state.json, FLIP",
        "checksums.json, CUT",
        "checksums.json, DELETE",
        "checksums.json, FLIP"
    })
    void aDamagedCheckpointIsPassedOverWithAWarningThatNamesIt(String file, String damage) throws IOException {
        Path output = folder.resolve("damaged");
        kill(output, 13);
        String newest = String.valueOf(new Checkpoints(output).all().getFirst().getFileName());
        damage(output.resolve(newest).resolve(file), damage);

        var recorder = new Recorder();
        var resumed = train(fit(output), recorder, new StopSignal());
        assertThat(recorder.notes).anyMatch(note -> note.startsWith(newest + " is damaged and passed over"));
        assertThat(recorder.events.getFirst()).isNotEqualTo("begin " + newest.substring(11) + "/20");
        assertThat(resumed.floats()).isEqualTo(undisturbed);
    }

    private static void damage(Path file, String how) throws IOException {
        switch (how) {
            case "DELETE" -> Files.delete(file);
            case "CUT" -> {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() / 2);
                }
            }
            case "FLIP" -> {
                try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    long at = file.toString().endsWith("json") ? 0 : channel.size() - 5;
                    ByteBuffer one = ByteBuffer.allocate(1);
                    channel.read(one, at);
                    one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
                    channel.write(one, at);
                }
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    @Test
    void noFlippedBitGoesUnnoticed() throws IOException {
        Path output = folder.resolve("flipped");
        kill(output, 8);
        var checkpoints = new Checkpoints(output);
        Path newest = checkpoints.all().getFirst();
        var random = new Random(3);
        try (var entries = Files.list(newest)) {
            for (Path file : entries.toList()) {
                byte[] whole = Files.readAllBytes(file);
                for (int i = 0; i < 25; i++) {
                    byte[] flipped = whole.clone();
                    flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, flipped);
                    // white space and the like may change in checksums.json, never what it says
                    if (!file.endsWith(Checkpoints.CHECKSUMS)) {
                        assertThat(checkpoints.newest()).as(file.toString()).isNotEqualTo(Optional.of(newest));
                    } else {
                        assertThat(checkpoints.newest()).isPresent();
                    }
                }
                Files.write(file, whole);
            }
        }
        assertThat(checkpoints.newest()).hasValue(newest);
    }

    @Test
    void whenEveryCheckpointIsDamagedTheMessageSaysWhatToDo() throws IOException {
        Path output = folder.resolve("ruined");
        kill(output, 8);
        for (Path checkpoint : new Checkpoints(output).all()) {
            Files.delete(checkpoint.resolve("state.json"));
        }
        assertThatThrownBy(() -> train(fit(output), new Recorder(), new StopSignal()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none of the 2 checkpoints")
                .hasMessageContaining("delete them to begin anew");
    }

    @Test
    void aFinishedRunIsNotTrainedAgain() {
        Path output = shared.resolve("undisturbed");
        var recorder = new Recorder();
        var again = train(fit(output), recorder, new StopSignal());
        assertThat(again.result().outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(recorder.steps).isEmpty();
        assertThat(again.floats()).isEqualTo(undisturbed);
        assertThat(again.result().loss()).isFinite();
    }

    @Test
    void aFreshRunRefusesAFolderThatHasCheckpoints() {
        Fit fresh = fit(shared.resolve("undisturbed")).withResume(false);
        assertThatThrownBy(() -> train(fresh, new Recorder(), new StopSignal()))
                .hasMessageContaining(
                        "checkpoints of an earlier run; resume it, delete them, or choose another folder");
    }

    @Test
    void aChangedScheduleIsNoted() {
        Path output = folder.resolve("changed");
        var stop = new StopSignal();
        stop.raise();
        train(fit(output), new Recorder(), stop);
        var recorder = new Recorder();
        var other = new Schedule.Constant(0.01);
        Fit fit = fit(output);
        train(
                new Fit(
                        fit.length(),
                        other,
                        2,
                        1.0,
                        fit.precision(),
                        fit.every(),
                        fit.keep(),
                        fit.alarm(),
                        0,
                        0.9,
                        null,
                        output,
                        true),
                recorder,
                new StopSignal());
        assertThat(recorder.notes)
                .singleElement()
                .asString()
                .contains("schedule")
                .contains("0.01");
    }

    @Test
    void theNewestAndTheBestCheckpointsStayAndTheBestIsTheOneItSaysItIs() {
        Path output = folder.resolve("best");
        // the score improves until step 8, then gets worse
        var evaluations = new int[1];
        train(fit(output).withKeep(new Fit.Keep(2, true)), new Recorder(), new StopSignal(), toy -> {
            toy.evaluation = _ -> Task.Evaluation.ofLoss(Math.abs(++evaluations[0] - 2));
        });
        var checkpoints = new Checkpoints(output);
        assertThat(checkpoints.all().stream().map(path -> String.valueOf(path.getFileName())))
                .containsExactly("checkpoint-20", "checkpoint-15", "checkpoint-8");
        assertThat(checkpoints.best().map(path -> String.valueOf(path.getFileName())))
                .hasValue("checkpoint-8");
        assertThat(checkpoints.newest().map(path -> String.valueOf(path.getFileName())))
                .hasValue("checkpoint-20");
    }

    @Test
    void averagesAreWhatIsEvaluatedAndTheParametersComeBackAfterwards() {
        Path output = folder.resolve("swap");
        var seen = new ArrayList<List<Float>>();
        var trained = train(fit(output), new Recorder(), new StopSignal(), toy -> {
            toy.evaluation = model -> {
                seen.add(model.floats());
                return null;
            };
        });
        assertThat(seen.getLast()).isEqualTo(averages(output)).isNotEqualTo(trained.floats());
        assertThat(trained.floats()).isEqualTo(undisturbed);
    }

    private void kill(Path output, long diesAfter) {
        var dying = new Recorder(report -> {
            if (report.step() == diesAfter) {
                throw new DeathException();
            }
        });
        assertThatThrownBy(() -> train(fit(output), dying, new StopSignal())).isInstanceOf(DeathException.class);
    }

    private static final class DeathException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static List<Float> averages(Path output) {
        Path newest = new Checkpoints(output).newest().orElseThrow();
        try (var _ = Scope.open("test");
                var file = Safetensors.open(newest.resolve(Checkpoints.AVERAGE))) {
            List<Float> all = new ArrayList<>();
            for (String name : List.of("hidden.weight", "hidden.bias", "out.weight")) {
                for (float value : file.tensor(name).toFloats()) {
                    all.add(value);
                }
            }
            return all;
        }
    }

    private static List<String> lines(Path output) throws IOException {
        return Files.readAllLines(output.resolve(MetricsLog.FILE));
    }

    private static List<Long> stepsLogged(Path output) throws IOException {
        return lines(output).stream()
                .map(line -> JsonMapper.shared().readTree(line))
                .filter(line -> line.has("loss"))
                .map(line -> line.get("step").asLong())
                .toList();
    }
}
