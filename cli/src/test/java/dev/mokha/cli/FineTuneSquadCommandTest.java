package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class FineTuneSquadCommandTest {
    private static final String QUESTIONS = """
            {"version": "1.1", "data": [{"title": "films", "paragraphs": [
              {"context": "sana a good film", "qas": [
                {"id": "who", "question": "film", "answers": [{"text": "sana", "answer_start": 0}]}]},
              {"context": "the film a bad sana", "qas": [
                {"id": "what", "question": "bad", "answers": [{"text": "the film", "answer_start": 0}]}]}]}]}
            """;

    @TempDir
    private Path folder;

    private Path base;
    private Path data;
    private Path out;

    @BeforeEach
    void files() throws IOException {
        base = TinyEncoder.write(folder.resolve("base"));
        data = Files.writeString(folder.resolve("train.json"), QUESTIONS);
        out = folder.resolve("run");
    }

    private Run finetune(Object... more) {
        List<Object> words = new ArrayList<>(List.of("finetune", "squad", "--model", base, "--out", out));
        words.addAll(List.of("--max-length", "32", "--max-question", "8", "--stride", "8"));
        words.addAll(Arrays.asList(more));
        return Run.mokha(words.toArray());
    }

    @Test
    void questionsAreLearnedMeasuredAndAsked() throws IOException {
        Run learned = finetune("--train", data, "--dev", data, "--epochs", "80", "--lr", "5e-3", "--batch", "2");
        assertThat(learned.code()).as(learned.err()).isZero();
        assertThat(learned.out()).contains("exact_match", out.resolve("model").toString());
        assertThat(out.resolve("run.json")).content().contains("--from-scratch");

        Run file = Run.mokha("predict", "squad", out.resolve("model"), "--data", data, "--out", folder.resolve("p"));
        assertThat(file.code()).as(file.err()).isZero();
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(folder.resolve("p/predictions.json")))
                        .get("who")
                        .asString())
                .isEqualTo("sana");
        Run scored = Run.mokha("score", "squad", data, folder.resolve("p/predictions.json"));
        assertThat(scored.out()).as(scored.err()).contains("100.0");

        Run one = Run.mokha(
                "predict",
                "squad",
                out.resolve("model"),
                "--question",
                "film",
                "--context",
                "sana a good film",
                "--n-best",
                "2",
                "--int8");
        assertThat(one.out().lines().toList()).hasSize(3).first().isEqualTo("sana");
    }

    @Test
    void aFolderThatWasNotAskedForItsAnswersHasNoHead() {
        Run run = Run.mokha("predict", "squad", base, "--question", "film", "--context", "a film");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("error: ", "BertForMaskedLM", "mokha finetune squad")
                .doesNotContain("\tat ");
    }

    @Test
    void whatIsWrongIsNamedAndNothingIsWritten() throws IOException {
        refused(finetune("--train", Files.writeString(folder.resolve("a.json"), "{")), "a.json");
        refused(
                finetune("--train", Files.writeString(folder.resolve("b.json"), "{\"data\": [{}]}")),
                "b.json",
                "paragraphs");
        refused(finetune("--train", folder.resolve("none.json")), "none.json");
        Run tooLong =
                Run.mokha("finetune", "squad", "--model", base, "--out", out, "--train", data, "--max-length", "4096");
        assertThat(tooLong.code()).isEqualTo(1);
        assertThat(tooLong.err()).contains("4096", "positions");
        assertThat(out).doesNotExist();
    }

    private void refused(Run run, String... named) {
        assertThat(run.err()).contains("error: ").contains(named);
        assertThat(run.code()).isEqualTo(1);
        assertThat(out).doesNotExist();
    }
}
