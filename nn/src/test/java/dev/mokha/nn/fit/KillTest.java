package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed outright, wherever it happens to stand, and started again writes the weights of one that
/// was left alone.
final class KillTest {
    private static final long STEPS = 60;

    @TempDir
    private Path folder;

    @Test
    void aKilledProcessStartedAgainEndsWithTheSameBytes() throws Exception {
        Path undisturbed = folder.resolve("undisturbed");
        Child.train(undisturbed);
        Path killed = folder.resolve("killed");
        Process first = start(killed);
        while (first.isAlive() && steps(killed) < STEPS / 3) {
            Thread.sleep(5);
        }
        first.destroyForcibly().waitFor();
        assertThat(steps(killed)).isPositive();
        Child.train(killed);
        for (String file : List.of(Checkpoints.MODEL, Checkpoints.OPTIMIZER)) {
            assertThat(Files.readAllBytes(last(killed).resolve(file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(last(undisturbed).resolve(file)));
        }
        assertThat(steps(killed)).isEqualTo(steps(undisturbed));
    }

    private static Path last(Path output) {
        return output.resolve("checkpoint-" + STEPS);
    }

    private static long steps(Path output) throws IOException {
        Path metrics = output.resolve(MetricsLog.FILE);
        if (!Files.exists(metrics)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(metrics)) {
            return lines.count();
        }
    }

    private static Process start(Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                output.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(output + ".log"))
                .start();
    }

    /// What the child process runs.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            train(Path.of(arguments[0]));
        }

        static void train(Path output) {
            try (var toy = new Toy(1);
                    var adamw = new AdamW(toy.parameters())) {
                Fit.steps(STEPS, new Schedule.WarmupCosine(0.05, 0, 5, STEPS))
                        .withEvery(new Fit.Every(1, 0, 2))
                        .withOutput(output)
                        .run(toy, adamw, Toy.batches(), Progress.none(), new StopSignal());
            }
        }
    }
}
