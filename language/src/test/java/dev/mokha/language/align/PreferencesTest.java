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

class PreferencesTest {
    @TempDir
    Path folder;

    private Read<PreferencePair> read(String text) throws IOException {
        return Preferences.read(Files.writeString(folder.resolve("pairs.jsonl"), text));
    }

    private static List<Object> contents(dev.mokha.text.chat.Conversation conversation) {
        return conversation.messages().stream().map(m -> m.get("content")).toList();
    }

    @Test
    void allFormsOfPairsAreRead() throws IOException {
        var read = read("""
                {"prompt": "Hi", "chosen": "Hello!", "rejected": "What?"}
                {"prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}],
                """.strip().replace("\n", " ").replace("} {\"prompt\": [", "}\n{\"prompt\": [")
                + " \"chosen\": [{\"role\": \"assistant\", \"content\": \"Hello!\"}], \"rejected\": \"What?\"}\n"
                + """
                {"chosen": [{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello!"}], "rejected": [{"role":"user","content":"Hi"},{"role":"assistant","content":"What?"}]}
                {"instruction": "Greet", "input": "me", "output": "x", "chosen": "Hello!", "rejected": "What?"}
                {"chosen": "\\n\\nHuman: Hi\\n\\nAssistant: Yes?\\n\\nHuman: Greet me\\n\\nAssistant: Hello!", "rejected": "\\n\\nHuman: Hi\\n\\nAssistant: Yes?\\n\\nHuman: Greet me\\n\\nAssistant: What?"}
                """);
        assertThat(read.skipped()).isEmpty();
        assertThat(read.examples()).hasSize(5).allSatisfy(pair -> {
            assertThat(contents(pair.chosen()).getLast()).isEqualTo("Hello!");
            assertThat(contents(pair.rejected()).getLast()).isEqualTo("What?");
        });
        assertThat(contents(read.examples().get(1).prompt())).containsExactly("Be kind.", "Hi");
        assertThat(contents(read.examples().get(3).prompt())).containsExactly("Greet\n\nme");
        assertThat(contents(read.examples().get(4).prompt())).containsExactly("Hi", "Yes?", "Greet me");
    }

    @Test
    void anArrayIsReadToo() throws IOException {
        assertThat(read("[{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}]")
                        .examples())
                .hasSize(1);
    }

    @Test
    void pairsThatTeachNothingAreLeftOutAndTold() throws IOException {
        var read = read("""
                {"prompt": "a", "chosen": "b", "rejected": "b"}
                {"prompt": "a", "chosen": "", "rejected": "b"}
                {"prompt": "a", "chosen": "b", "rejected": "c"}
                """);
        assertThat(read("""
                {"chosen": "\\n\\nHuman: a\\n\\nAssistant: b", "rejected": "\\n\\nHuman: x\\n\\nAssistant: c"}
                {"prompt": "a", "chosen": "b", "rejected": "c"}
                """).skipped()).singleElement().asString().contains("line 1", "not one conversation");
        assertThat(read.examples()).hasSize(1);
        assertThat(read.skipped()).hasSize(2);
        assertThat(read.skipped().getFirst()).contains("line 1", "the same");
    }

    @Test
    void whatIsNoPairIsNamedWithItsRow() {
        refused("{\"prompt\": \"a\", \"chosen\": \"b\"}", "line 1", "no field 'rejected'");
        refused("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}\n{", "line 2", "not JSON");
        refused("{\"chosen\": \"b\", \"rejected\": \"c\"}", "line 1", "without a prompt");
        refused("{\"prompt\": \"a\", \"chosen\": 3, \"rejected\": \"c\"}", "'chosen' is no text");
        refused("{\"prompt\": \"a\", \"completion\": \"b\", \"label\": true}", "no field 'chosen'", "KTO");
        refused("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\", \"margin\": \"1\"}", "'margin' is \"1\"");
        refused("[{\"prompt\": \"a\", \"chosen\": \"b\"}]", "row 1", "no field 'rejected'");
        refused("", "holds no pair");
        refused("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"b\"}", "holds no pair", "the same");
        refused(
                "{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: b\", \"rejected\": \"\\n\\nHuman: x\\n\\nAssistant: c\"}",
                "one conversation");
    }

    private void refused(String text, String... named) {
        assertThatThrownBy(() -> read(text)).message().contains("pairs.jsonl").contains(named);
    }
}
