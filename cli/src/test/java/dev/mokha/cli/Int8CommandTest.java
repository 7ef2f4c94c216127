package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class Int8CommandTest {
    private static final String TABLE =
            "review,stars\na good film,5\na bad film,1\n\"good, the film\",5\nbad,1\ngood,5\nthe bad film,1\n";

    @TempDir
    private Path folder;

    @Test
    void evaluationTellsWhatRoundingChangesAndPredictionUsesIt() throws IOException {
        Path train = Files.writeString(folder.resolve("train.csv"), TABLE);
        Path out = folder.resolve("run");
        Run learned = Run.mokha(
                "finetune",
                "classify",
                "--model",
                TinyEncoder.write(folder.resolve("base")),
                "--out",
                out,
                "--train",
                train,
                "--dev",
                train,
                "--text",
                "review",
                "--label",
                "stars",
                "--batch",
                "3",
                "--max-length",
                "16",
                "--epochs",
                "40",
                "--lr",
                "5e-3");
        assertThat(learned.code()).as(learned.err()).isZero();

        List<Object> evaluate = List.of(
                "evaluate", out.resolve("model"), "--data", "dev=" + train, "--text", "review", "--label", "stars");
        Run told = Run.mokha(with(evaluate, "--int8"));
        assertThat(told.err()).isEmpty();
        assertThat(told.out()).containsPattern("dev +accuracy +float32 1\\.0000  int8 [01]\\.\\d{4}  change [+-]");

        JsonNode json = new JsonMapper()
                .readTree(Run.mokha(with(evaluate, "--int8", "--json")).out());
        double exact = json.at("/dev/float32/accuracy").asDouble();
        double narrow = json.at("/dev/int8/accuracy").asDouble();
        assertThat(exact).isEqualTo(1);
        assertThat(narrow).isGreaterThanOrEqualTo(0.8);
        assertThat(json.at("/dev/change/accuracy").asDouble()).isCloseTo(narrow - exact, within(1e-12));
        assertThat(json.at("/dev/int8/weights_megabytes").asDouble())
                .isLessThan(json.at("/dev/float32/weights_megabytes").asDouble());
        assertThat(json.at("/dev/int8/seconds").asDouble()).isPositive();

        Run answers = Run.mokha("predict", out.resolve("model"), train, "--text", "review", "--int8");
        assertThat(answers.err()).isEmpty();
        assertThat(answers.out().lines()).hasSize(6).first().asString().startsWith("{\"line\":2,\"label\":\"5\"");
    }

    private static Object[] with(List<Object> words, Object... more) {
        var all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void aDecoderIsRefused() {
        Run run = Run.mokha("evaluate", TinyModel.write(folder.resolve("decoder")), "--data", "a=b", "--int8");
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("--int8 is for encoders");
    }
}
