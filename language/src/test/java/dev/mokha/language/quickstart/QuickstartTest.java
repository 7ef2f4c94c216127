package dev.mokha.language.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.StageLog;
import dev.mokha.language.Toys;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.nn.fit.StopSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole quickstart on a model and texts that are made here, a few steps of each training.
class QuickstartTest {
    private static final String PLAN = "{\"continuedSteps\": 4, \"tunedSteps\": 3}";

    @TempDir
    static Path temp;

    private static Samples samples;
    private static Path undisturbed;

    @BeforeAll
    static void runItOnce() throws IOException {
        Path folder = temp.resolve("samples");
        Toys.base(folder.resolve("base"), Toys.config().withTiedHead(true));
        Files.createDirectories(folder.resolve("text"));
        for (String part : List.of("train", "held-out")) {
            int documents = part.equals("train") ? 30 : 7;
            write(folder, "english-" + part, documents, seed -> text(Toys.english(seed, 60)));
            write(folder, "arabic-" + part, documents, seed -> text(Toys.arabic(seed, 60)));
            write(
                    folder,
                    "parallel-" + part,
                    documents,
                    seed -> text(Toys.english(seed, 8) + "\\n" + Toys.arabic(seed, 8)));
        }
        write(folder, "instruct-english", 5, seed -> chat(Toys.english(seed, 4), Toys.english(seed + 1, 4)));
        write(folder, "instruct-arabic", 5, seed -> chat(Toys.arabic(seed, 4), Toys.arabic(seed + 1, 4)));
        samples = new Samples(folder);
        undisturbed = planned("undisturbed");
        assertThat(quickstart(undisturbed, new StageLog(), new StopSignal(), true)
                        .run())
                .isTrue();
    }

    @Test
    void everyStageLeavesItsFiguresAModelAndAReport() throws IOException {
        for (String stage :
                List.of("base", "vocabulary", "growth", "plan", "continued", "control", "tuned", "after", "report")) {
            assertThat(undisturbed.resolve(stage + ".json")).exists();
        }
        var figures =
                quickstart(undisturbed, new StageLog(), new StopSignal(), true).figures();
        assertThat(figures.get("base")).containsKeys("english", "arabic", "parallel", "samples");
        assertThat(figures.get("vocabulary")).containsKeys("pieces", "vocab", "before", "after");
        assertThat(figures.get("continued")).containsEntry("steps", 4);
        assertThat(figures.get("tuned")).containsEntry("steps", 3);
        assertThat(Files.readString(undisturbed.resolve("report.html")))
                .contains("Forgetting", "Arabic alone", "<svg", "dir=\"rtl\"", "./mokha chat");
        try (var model = LanguageModel.load(undisturbed.resolve("model"))) {
            assertThat(model.canChat()).isTrue();
        }
    }

    @Test
    void aRerunFindsAllStagesDone() throws IOException {
        byte[] before = weights(undisturbed);
        var log = new StageLog();
        assertThat(quickstart(undisturbed, log, new StopSignal(), true).run()).isTrue();
        assertThat(log.stages()).hasSize(8).allMatch(line -> line.endsWith("done"));
        assertThat(weights(undisturbed)).isEqualTo(before);
    }

    @Test
    void stoppedInEveryTrainingAndRunAgainItEndsWithTheSameWeights() throws IOException {
        Path out = planned("stopped");
        var first = new StopSignal();
        assertThat(quickstart(out, new StageLog("continued", 2, first), first, false)
                        .run())
                .isFalse();
        assertThat(out.resolve("continued.json")).doesNotExist();
        var second = new StopSignal();
        assertThat(quickstart(out, new StageLog("tuned", 1, second), second, false)
                        .run())
                .isFalse();
        assertThat(out.resolve("continued.json")).exists();
        assertThat(quickstart(out, new StageLog(), new StopSignal(), false).run())
                .isTrue();
        assertThat(weights(out)).isEqualTo(weights(undisturbed));

        for (String stage : List.of("growth", "continued", "tuned")) {
            Files.delete(out.resolve(stage + ".json"));
        }
        assertThat(quickstart(out, new StageLog(), new StopSignal(), false).run())
                .isTrue();
        assertThat(weights(out)).isEqualTo(weights(undisturbed));
    }

    @Test
    void whatIsMissingOrTooShortIsNamed() {
        assertThatThrownBy(() -> new Samples(temp)).hasMessageContaining("lack base");
        assertThatThrownBy(() -> new Quickstart.Settings(samples, temp, Duration.ofSeconds(5), false, 0))
                .hasMessageContaining("5 s");
        assertThatThrownBy(() -> new Plan(0, 1)).hasMessageContaining("at least one step");
    }

    @Test
    void aPlanFitsItsTime() {
        assertThat(Plan.within(100, 0.5).continuedSteps()).isEqualTo(170);
        assertThat(Plan.within(100, 0.5).tunedSteps()).isEqualTo(60);
        assertThat(Plan.within(1, 10)).isEqualTo(new Plan(20, 20));
    }

    private static Quickstart quickstart(Path out, StageLog log, StopSignal stop, boolean control) {
        return new Quickstart(new Quickstart.Settings(samples, out, Duration.ofMinutes(1), control, 5), log, stop);
    }

    /// How much is trained is written before, so that all runs train as much.
    private static Path planned(String name) throws IOException {
        Path out = Files.createDirectories(temp.resolve(name));
        Files.writeString(out.resolve("plan.json"), PLAN);
        return out;
    }

    private static byte[] weights(Path out) throws IOException {
        return Files.readAllBytes(out.resolve("model/model.safetensors"));
    }

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    private static String chat(String question, String answer) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + question
                + "\"},{\"role\":\"assistant\",\"content\":\"" + answer + "\"}]}";
    }

    private static void write(Path folder, String name, int documents, LongFunction<String> line) throws IOException {
        String lines = LongStream.range(0, documents).mapToObj(line).collect(Collectors.joining("\n"));
        try (var out = new GZIPOutputStream(
                Files.newOutputStream(folder.resolve("text").resolve(name + ".jsonl.gz")))) {
            out.write(lines.getBytes(StandardCharsets.UTF_8));
        }
    }
}
