package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {
    @TempDir
    Path folder;

    private Path data;
    private Path predictions;

    @BeforeEach
    void files() throws IOException {
        data = Files.writeString(folder.resolve("dev.jsonl"), """
                {"id": "a", "question": "q", "context": "Cairo lies on the Nile", "answers": ["the Nile"]}
                {"id": "b", "question": "q", "context": "Cairo lies on the Nile", "answers": ["Cairo"]}
                """);
        predictions = Files.writeString(folder.resolve("p.json"), "{\"a\": \"Nile.\"}");
    }

    @Test
    void figuresHaveTheOfficialNamesAndUnansweredQuestionsAreCounted() {
        Run run = Run.mokha("score", "squad", data, predictions);
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualToNormalizingNewlines("{\n    \"exact_match\": 50.0,\n    \"f1\": 50.0\n}\n");
        assertThat(run.err()).contains("1 of 2 questions", "'b'");
    }

    @Test
    void oddsAddTheBestThreshold() throws IOException {
        Files.writeString(predictions, "{\"a\": \"Nile.\", \"b\": \"Nile\"}");
        Path odds = Files.writeString(folder.resolve("odds.json"), "{\"a\": -3, \"b\": 2.5}");
        Run run = Run.mokha("score", "squad", data, predictions, "--na-prob", odds);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("\"HasAns_total\": 2", "\"best_exact\": 50.0", "\"best_f1_thresh\": -3.0");
    }

    @Test
    void whatCannotBeScoredIsAnErrorOfOneLine() {
        assertThat(Run.mokha("score").code()).isEqualTo(2);
        Run missing = Run.mokha("score", "squad", data, folder.resolve("none.json"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("none.json").hasLineCount(1);
        Run second = Run.mokha("score", "squad", data, predictions, "--v2");
        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err()).contains("1 of 2 questions have no prediction", "'b'");
    }
}
