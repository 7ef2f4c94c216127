package dev.mokha.nn.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the block of `docs/training.md`, and sees to it that it is a region of this file.
final class TrainingDocTest {
    @Test
    void theBlockOfThePageWorks(@TempDir Path folder) throws IOException {
        try (var task = new Toy(1)) {
            var result = train(task, Toy.batches(), folder);
            assertThat(result.outcome()).isEqualTo(Outcome.FINISHED);
        }
        Path root = Golden.path("nn").resolve("../..").normalize();
        String page = Files.readString(root.resolve("docs/training.md"));
        List<String> source =
                Files.readAllLines(root.resolve("nn/src/test/java/dev/mokha/nn/fit/TrainingDocTest.java"));
        int from = source.indexOf("    // region train") + 1;
        int to = source.indexOf("    // endregion");
        assertThat(page)
                .contains("```java\n"
                        + String.join("\n", source.subList(from, to)).stripIndent() + "\n```");
    }

    // region train
    static Fit.Result train(Task<int[]> task, Batches<int[]> batches, Path folder) {
        var fit = Fit.steps(100, new Schedule.WarmupCosine(1e-2, 1e-3, 10, 100))
                .withAccumulation(2) // batches a step
                .withClip(1.0) // the largest gradient norm let through
                .withEvery(new Fit.Every(10, 50, 50)) // log, evaluate, write a checkpoint
                .withKeep(new Fit.Keep(2, true)) // the newest two checkpoints, and the best
                .withAlarm(Alarm.careful())
                .withOutput(folder);
        try (var optimizer = new AdamW(task.parameters(), AdamW.Config.decoder())) {
            return fit.run(task, optimizer, batches, Progress.none(), new StopSignal());
        }
    }
    // endregion
}
