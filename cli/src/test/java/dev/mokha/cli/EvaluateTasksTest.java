package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `mokha evaluate --task`, `mokha tasks` and `mokha compare`, on the smallest model there is.
final class EvaluateTasksTest {
    private static final String MODEL = Run.ROOT.resolve("samples/base").toString();
    private static final Path FIXTURES = Run.ROOT.resolve("fixtures/evaluation");
    private static final String LETTERS = FIXTURES.resolve("tasks/letters.yaml").toString();
    private static final String DRAWN = FIXTURES.resolve("tasks/drawn.yaml").toString();

    @TempDir
    private Path folder;

    private Run evaluate(String... more) {
        String[] args = new String[more.length + 4];
        args[0] = "evaluate";
        args[1] = MODEL;
        args[2] = "--task-data";
        args[3] = FIXTURES.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return Run.mokha((Object[]) args);
    }

    @Test
    void resultsAreWrittenOnceAndGoOn() throws IOException {
        Path out = folder.resolve("a");
        Run first = evaluate("--task", LETTERS, "--task", DRAWN, "--out", out.toString());
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).contains("letters acc", "0.3750", "drawn brier_score");
        assertThat(out).isDirectoryContaining("glob:**/report.html");
        JsonNode results = JsonMapper.shared().readTree(Files.readString(out.resolve("results.json")));
        assertThat(results.at("/results/letters/acc,none").asDouble()).isEqualTo(0.375);
        assertThat(results.at("/n-samples/letters").asInt()).isEqualTo(8);

        Files.delete(out.resolve("result_drawn.json"));
        var written = Files.getLastModifiedTime(out.resolve("result_letters.json"));
        Run again = evaluate("--task", LETTERS, "--task", DRAWN, "--out", out.toString());
        assertThat(again.code()).isZero();
        assertThat(again.out()).isEqualTo(first.out());
        assertThat(Files.getLastModifiedTime(out.resolve("result_letters.json")))
                .isEqualTo(written);

        Run other = evaluate("--task", LETTERS, "--limit", "3", "--out", out.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("is of a run with --limit 0, now it is 3");
    }

    @Test
    void twoResultsAreCompared() {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        assertThat(evaluate("--task", LETTERS, "--out", a.toString()).code()).isZero();
        assertThat(evaluate("--task", LETTERS, "--shots", "0", "--out", b.toString())
                        .code())
                .isZero();
        Run shown = Run.mokha("compare", a.toString(), b.toString());
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("letters acc", "0.3750", "95 % interval");
        JsonNode list = JsonMapper.shared()
                .readTree(Run.mokha("compare", a.toString(), b.toString(), "--json")
                        .out());
        assertThat(list.get(0).path("questions").asInt()).isEqualTo(8);
        assertThat(list.get(0).path("p").asDouble()).isBetween(0.0, 1.0);

        Run none = Run.mokha("compare", a.toString(), folder.resolve("none").toString());
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("there is no folder");
    }

    @Test
    void tasksAreListedAndPrinted() {
        assertThat(Run.mokha("tasks").out()).contains("arabicmmlu", "bbh_navigate", "gsm8k");
        assertThat(Run.mokha("tasks", "acva").out()).contains("task: acva", "doc_to_text");
        Run wrong = Run.mokha("tasks", "mmmlu");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("no task 'mmmlu'", "arabicmmlu");
    }

    @Test
    void whatIsWrongIsTold() {
        Path out = folder.resolve("never");
        assertThat(evaluate("--task", LETTERS, "--task", "acva", "--out", out.toString())
                        .code())
                .isEqualTo(1);
        assertThat(out).doesNotExist();
        assertThat(evaluate("--task", "acva").err()).contains("mcq/acva-test.jsonl.gz", "--task-data");
        assertThat(evaluate("--task", folder.resolve("none.yaml").toString()).err())
                .contains("there is no task file");
        assertThat(evaluate("--task", LETTERS, "--task", LETTERS).err()).contains("letters is named twice");
        Run chat = evaluate("--task", LETTERS, "--chat");
        assertThat(chat.code()).isEqualTo(1);
        assertThat(chat.err()).contains("no chat template");
        for (String[] usage : new String[][] {
            {"--task", LETTERS, "--shots", "-1"},
            {"--task", LETTERS, "--system", "Be brief."},
            {"--task", LETTERS, "--data", "a=" + FIXTURES.resolve("texts.txt")},
            {"--data", "a=" + FIXTURES.resolve("texts.txt"), "--out", folder.toString()},
            {}
        }) {
            assertThat(evaluate(usage).code()).as(String.join(" ", usage)).isEqualTo(2);
        }
        Run many = evaluate("--task", LETTERS, "--shots", "31");
        assertThat(many.code()).isEqualTo(1);
        assertThat(many.err()).contains("to show 31 examples, but there are 30");
    }
}
