package dev.mokha.language.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.recipe.Read;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationsTest {
    private static final String GOOD = """
            {"messages":[{"role":"system","content":"s"},{"role":"user","content":"مرحبا"},\
            {"role":"assistant","content":"أهلا"}]}
            """;

    @TempDir
    Path folder;

    @Test
    void eachLineIsAConversationGzippedOrNot() throws IOException {
        Path plain = Files.writeString(folder.resolve("a.jsonl"), GOOD + "\n" + GOOD);
        Path zipped = folder.resolve("a.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write((GOOD + GOOD).getBytes(StandardCharsets.UTF_8));
        }
        var read = Conversations.read(plain).examples();
        assertThat(read).hasSize(2).isEqualTo(Conversations.read(zipped).examples());
        assertThat(read.getFirst().messages())
                .extracting(message -> message.get("content"))
                .containsExactly("s", "مرحبا", "أهلا");
    }

    @Test
    void everyFormGivesTheSameConversation() throws IOException {
        List<String> forms = List.of(
                "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"},"
                        + " {\"role\": \"assistant\", \"content\": \"a\"}]}",
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"gpt\", \"value\": \"a\"}]}",
                "{\"instruction\": \"q\", \"input\": \"\", \"output\": \"a\"}",
                "{\"instruction\": \"q\", \"response\": \"a\", \"system\": \"\"}",
                "{\"prompt\": \"q\", \"completion\": \"a\"}",
                "{\"prompt\": [{\"role\": \"user\", \"content\": \"q\"}],"
                        + " \"completion\": [{\"role\": \"assistant\", \"content\": \"a\"}]}",
                "{\"question\": \"q\", \"answer\": \"a\"}");
        var expected = Conversation.of(new Message.User("q"), new Message.Assistant("a"));
        assertThat(read(String.join("\n", forms)).examples())
                .hasSize(forms.size())
                .containsOnly(expected);
        assertThat(read("[" + String.join(",", forms) + "]").examples())
                .hasSize(forms.size())
                .containsOnly(expected);
        assertThat(read("{\"instruction\": \"q\", \"input\": \"more\", \"output\": \"a\", \"system\": \"s\"}")
                        .examples())
                .containsExactly(Conversation.of(
                        new Message.System("s"), new Message.User("q\n\nmore"), new Message.Assistant("a")));
    }

    @Test
    void emptyAnswersAreLeftOutAndTold() throws IOException {
        String empty = "{\"prompt\": \"q\", \"completion\": \" \"}\n";
        Read<Conversation> read = read(GOOD + empty.repeat(5));
        assertThat(read.examples()).hasSize(1);
        assertThat(read.skipped()).hasSize(5).first().asString().contains("line 2: an answer is empty");
        assertThat(read.notes()).hasSize(4).last().isEqualTo("and 2 more of that file");
        refuses(empty, "no conversation to learn from", "line 1: an answer is empty");
    }

    private Read<Conversation> read(String content) throws IOException {
        return Conversations.read(Files.writeString(folder.resolve("good.jsonl"), content));
    }

    @Test
    void whatIsNoConversationIsNamedWithFileAndLine() throws IOException {
        refuses(GOOD + "{\"messages\":", "line 2", "not JSON");
        refuses("\n\n{\"text\":\"a\"}", "line 3", "'messages'");
        refuses("[]", "no conversation");
        refuses("[[]]", "row 1", "'messages'");
        refuses("{\"messages\":[]}", "line 1", "'messages'");
        refuses("{\"messages\":[{\"role\":\"wizard\",\"content\":\"a\"}]}", "line 1", "'wizard'", "assistant");
        refuses("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "line 1", "no message of the assistant");
        refuses("{\"messages\":[{\"role\":\"assistant\"}]}", "line 1", "'content'");
        refuses("{\"messages\":[{\"role\":\"assistant\",\"content\":7}]}", "line 1", "'content'");
        refuses("{\"messages\":[\"hello\"]}", "line 1", "'content'");
        refuses("", "no conversation", "empty");
        refuses("{\"conversations\":[{\"from\":\"tool\",\"value\":\"a\"}]}", "line 1", "'tool'", "gpt");
        refuses("{\"instruction\":\"a\"}", "line 1", "'output'");
        refuses("{\"prompt\":\"a\"}", "line 1", "'completion'");
        refuses(
                "{\"prompt\":\"a\",\"completion\":[{\"role\":\"user\",\"content\":\"b\"}]}",
                "no message of the assistant");
        assertThatThrownBy(() -> Conversations.read(folder.resolve("none.jsonl")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none.jsonl");
        Path broken = Files.write(folder.resolve("broken.jsonl.gz"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> Conversations.read(broken))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("broken.jsonl.gz");
    }

    private void refuses(String content, String... words) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), content);
        var thrown = assertThatThrownBy(() -> Conversations.read(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("bad.jsonl");
        for (String word : words) {
            thrown.hasMessageContaining(word);
        }
    }
}
