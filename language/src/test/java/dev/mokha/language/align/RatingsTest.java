package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.recipe.Read;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatingsTest {
    @TempDir
    Path folder;

    private Read<List<RatedAnswer>> read(String text) throws IOException {
        return Ratings.read(Files.writeString(folder.resolve("rated.jsonl"), text));
    }

    private static String last(RatedAnswer answer) {
        return String.valueOf(answer.conversation().messages().getLast().get("content"));
    }

    @Test
    void allFormsOfRatedAnswersAreRead() throws IOException {
        var read = read("""
                {"prompt": "Hi", "completion": "Hello!", "label": true}
                {"prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "What?"}], "label": false}
                {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}], "label": true}
                {"prompt": "Hi", "chosen": "Hello!", "rejected": "What?"}
                """);
        assertThat(read.skipped()).isEmpty();
        assertThat(read.examples()).hasSize(4);
        assertThat(read.examples().stream().map(List::size)).containsExactly(1, 1, 1, 2);
        assertThat(read.examples().stream().flatMap(List::stream))
                .allSatisfy(answer -> assertThat(last(answer)).isEqualTo(answer.desirable() ? "Hello!" : "What?"));
        RatedAnswer second = read.examples().get(1).getFirst();
        assertThat(second.prompt().messages()).hasSize(2);
        assertThat(second.desirable()).isFalse();
    }

    @Test
    void emptyAnswersAreLeftOutAndTold() throws IOException {
        var read = read("""
                {"prompt": "Hi", "completion": " ", "label": true}
                {"prompt": "Hi", "chosen": "a", "rejected": "a"}
                {"prompt": "Hi", "completion": "Hello!", "label": true}
                """);
        assertThat(read.examples()).hasSize(1);
        assertThat(read.skipped()).hasSize(2);
        assertThat(read.skipped().getFirst()).contains("line 1", "the answer is empty");
    }

    @Test
    void whatIsNoRatedAnswerIsNamedWithItsRow() {
        refused("{\"prompt\": \"a\", \"completion\": \"b\"}", "line 1", "no field 'label'", "true or false");
        refused("{\"prompt\": \"a\", \"completion\": \"b\", \"label\": 1}", "line 1", "'label' is 1");
        refused("{\"prompt\": \"a\", \"completion\": \"b\", \"label\": \"true\"}", "'label' is \"true\"");
        refused("{\"prompt\": \"a\", \"label\": true}", "no field 'completion'");
        refused("{\"completion\": \"a\", \"label\": true}", "no field 'prompt'");
        refused("{\"prompt\": \"a\", \"completion\": 3, \"label\": true}", "'completion' is no text");
        refused("{\"prompt\": \"a\", \"completion\": \"\", \"label\": true}", "no answer to learn from", "empty");
        refused(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"label\": true}",
                "must end with an answer");
        refused("{\"messages\": \"a\", \"label\": true}", "'messages' is no list");
        refused("{\"messages\": [{\"role\": \"user\"}], \"label\": true}", "no field 'content'");
        refused("{\"prompt\": \"a\", \"chosen\": \"b\"}", "no field 'rejected'");
        refused("", "no answer to learn from", "it is empty");
    }

    private void refused(String text, String... named) {
        assertThatThrownBy(() -> read(text)).message().contains("rated.jsonl").contains(named);
    }
}
