package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.testkit.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class TaskFileTest {
    private static final String GOOD = """
        task: mine
        dataset_path: json
        dataset_kwargs:
          data_files:
            test: mine.jsonl
        test_split: test
        output_type: multiple_choice
        doc_to_text: "{{question}}"
        doc_to_choice: ["yes", "no"]
        doc_to_target: "{{answer}}"
        """;

    static List<String> builtIn() {
        return BuiltInTasks.names();
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void everyBuiltInTaskIsOne(String name) {
        assertThat(BuiltInTasks.named(name)).isNotEmpty();
    }

    @Test
    void tenLinesAreATask() {
        EvaluationTask task = TaskFile.read(GOOD, "mine.yaml");
        assertThat(task.name()).isEqualTo("mine");
        assertThat(task.format().fixedChoices()).containsExactly("yes", "no");
        assertThat(task.metrics())
                .extracting(EvaluationTask.Measure::metric)
                .containsExactly(Metric.ACC, Metric.ACC_NORM);
        assertThat(task.format().targetDelimiter()).isEqualTo(" ");
        assertThat(task.format().shotDelimiter()).isEqualTo("\n\n");
    }

    @Test
    void theTaskInTheDocsIsOne() throws IOException {
        String page = Files.readString(Golden.path("../docs/evaluation.md"));
        String block = page.substring(page.indexOf("    task: capitals"), page.indexOf("| `output_type` |"));
        assertThat(TaskFile.read(block.stripIndent(), "docs").name()).isEqualTo("capitals");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dataset_path: json|dataset_path: cais/mmlu|would be downloaded
            test_split: test|process_docs: !function utils.docs|line 6: !function utils.docs calls Python
            doc_to_target: "{{answer}}"|doc_to_traget: "{{answer}}"|the key 'doc_to_traget' is not known
            doc_to_target: "{{answer}}"|num_fewshot: 2|the key 'doc_to_target' is missing
            doc_to_choice: ["yes", "no"]|num_fewshot: 2|needs doc_to_choice
            output_type: multiple_choice|output_type: choice|no output_type 'choice'
            test_split: test|num_fewshot: 1|test_split is missing
            output_type: multiple_choice|num_fewshot: many|num_fewshot is a whole number
            output_type: multiple_choice|metric_list: [{metric: bleu}]|no metric 'bleu'
            test_split: test|[|not YAML
            """)
    void whatIsWrongIsNamed(String line, String instead, String message) {
        assertThatThrownBy(() -> TaskFile.read(GOOD.replace(line, instead), "mine.yaml"))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("mine.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void aMetricOfAnotherKindOfTaskIsRefused() {
        assertThatThrownBy(() -> TaskFile.read(GOOD + "metric_list:\n  - metric: bits_per_byte\n", "mine.yaml"))
                .hasMessageContaining("bits_per_byte is not for an output_type multiple_choice");
    }

    @Test
    void aMissingFileNamesTheFolders(@TempDir Path folder) {
        EvaluationTask task = TaskFile.read(GOOD, "mine.yaml");
        assertThatThrownBy(() -> task.data().rows("test", List.of(folder), "mine"))
                .hasMessageContaining("mine.jsonl")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("--task-data");
        assertThatThrownBy(() -> task.data().rows("dev", List.of(folder), "mine"))
                .hasMessageContaining("no files for its split 'dev'");
    }

    @Test
    void brokenDataNamesTheFile(@TempDir Path folder) throws IOException {
        EvaluationTask task = TaskFile.read(GOOD, "mine.yaml");
        for (String bad : List.of("{\"question\": ", "[1, 2]", "", "{\"question\": \"a\"}\n{]")) {
            Files.writeString(folder.resolve("mine.jsonl"), bad);
            assertThatThrownBy(() -> task.data().rows("test", List.of(folder), "mine"))
                    .as(bad)
                    .isInstanceOf(EvaluationException.class)
                    .hasMessageContaining("mine.jsonl");
        }
    }

    @Test
    void aRowWithoutWhatTheTemplateNamesIsToldOf() {
        var format = new RowFormat("mine", TaskFile.read(GOOD, "mine.yaml").format());
        assertThatThrownBy(() -> format.text(new TaskRow(Map.of("text", "a"))))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("{{question}}")
                .hasMessageContaining("'question' is undefined")
                .hasMessageContaining("[text]");
    }

    @Test
    void columnsOfNumbersAreNumbers(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.csv"), "n,m,text\n1,1.5,01a\n2,,\n");
        var rows = new DataFiles(DataFiles.Form.CSV, Map.of("test", List.of("a.csv")), null, ',')
                .rows("test", List.of(folder), "mine");
        assertThat(rows.get(0).get("n")).isEqualTo(1L);
        assertThat(rows.get(0).get("m")).isEqualTo(1.5);
        assertThat(rows.get(0).get("text")).isEqualTo("01a");
        assertThat(rows.get(1).get("m")).isNull();
        assertThat(rows.get(1).get("text")).isNull();
    }
}
