package dev.mokha.language.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
    /// @param right for each question whether it was answered right
    private static TaskResult result(String right) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < right.length(); i++) {
            samples.add(new Sample(
                    i,
                    i % 2 == 0 ? "even" : "odd",
                    "yes",
                    List.of(-1.5, -2.0),
                    Map.of("acc", new Sample.Value(right.charAt(i) == '1' ? 1 : 0, 1))));
        }
        EvaluationTask task = TaskFile.read("""
            task: mine
            dataset_path: json
            dataset_kwargs: {data_files: {test: mine.jsonl}}
            test_split: test
            output_type: multiple_choice
            doc_to_choice: ["yes", "no"]
            doc_to_target: answer
            metric_list: [{metric: acc}]
            """, "mine.yaml");
        return TaskResult.of(task, samples, 0, 1);
    }

    @Test
    void mcNemarByHand() {
        // Only the first is right twice, only the second eight times: 2 · (C(10,0) + C(10,1) + C(10,2)) / 2^10.
        Comparison one = Comparison.of(result("11" + "0".repeat(8) + "11111"), result("00" + "1".repeat(8) + "11111"))
                .getFirst();
        assertThat(one.onlyA()).isEqualTo(2);
        assertThat(one.onlyB()).isEqualTo(8);
        assertThat(one.p()).isCloseTo(112.0 / 1024, within(1e-12));
        assertThat(one.b() - one.a()).isCloseTo(6.0 / 15, within(1e-12));
        assertThat(one.low()).isLessThan(0.4);
        assertThat(one.high()).isGreaterThan(0.4);
    }

    @Test
    void equalsDoNotDiffer() {
        Comparison one = Comparison.of(result("1010"), result("1010")).getFirst();
        assertThat(one.p()).isEqualTo(1);
        assertThat(one.differs()).isFalse();
    }

    @Test
    void otherDataIsRefused() {
        TaskResult other = result("1010");
        List<Sample> changed = new ArrayList<>(other.samples());
        changed.set(
                1, new Sample(1, null, "no", List.of(), other.samples().get(1).values()));
        var changedResult = new TaskResult("mine", 0, changed, other.figures(), Map.of(), 1);
        assertThatThrownBy(() -> Comparison.of(other, changedResult)).hasMessageContaining("of different data");
    }

    @Test
    void standardErrorIsTheHarnesss() {
        TaskResult.Figure figure = result("1110").figures().getFirst();
        assertThat(figure.value()).isEqualTo(0.75);
        assertThat(figure.standardError()).isCloseTo(0.25, within(1e-12)); // 0.5 / √4
        assertThat(figure.low()).isLessThan(0.75);
    }

    @Test
    void resultsAreReadAsTheyWereWritten(@TempDir Path folder) {
        TaskResult result = result("1101");
        ResultFiles.write(folder, result);
        assertThat(ResultFiles.tasks(folder)).containsExactly("mine");
        TaskResult read = ResultFiles.read(folder, "mine");
        assertThat(read).isEqualTo(result);
        assertThatThrownBy(() -> ResultFiles.tasks(folder.resolve("none"))).hasMessageContaining("there is no folder");
    }
}
