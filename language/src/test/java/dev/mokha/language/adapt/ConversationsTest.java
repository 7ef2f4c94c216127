package dev.mokha.language.adapt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        var read = Conversations.read(plain);
        assertThat(read).hasSize(2).isEqualTo(Conversations.read(zipped));
        assertThat(read.getFirst().messages())
                .extracting(message -> message.get("content"))
                .containsExactly("s", "مرحبا", "أهلا");
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
        refuses("", "no conversation");
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
