package dev.mokha.language.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourceTest {
    @TempDir
    Path folder;

    @Test
    void plainTextIsCutAtBlankLines() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "one\ntwo\n\n\nثلاثة\n");
        assertThat(TextSource.of(file).all())
                .containsExactly(new Document("a.txt:1", "one\ntwo"), new Document("a.txt:5", "ثلاثة"));
    }

    @Test
    void gzippedJsonLinesGiveTheirFieldsInTheFormat() throws IOException {
        Path file = folder.resolve("pairs.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"en\":\"cost $5 {ar}\",\"ar\":\"سلام\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new TextSource(file, "English: {en}\nArabic: {ar}").all())
                .extracting(Document::text)
                .containsExactly("English: cost $5 {ar}\nArabic: سلام");
    }

    @Test
    void severalFormatsTakeTurnsByLine() throws IOException {
        Path file = Files.writeString(
                folder.resolve("turns.jsonl"),
                "{\"en\":\"a\",\"ar\":\"ا\"}\n{\"en\":\"b\",\"ar\":\"ب\"}\n{\"en\":\"c\",\"ar\":\"ت\"}\n");
        var both = new TextSource(file, List.of("{en}={ar}", "{ar}|{en}"));
        assertThat(both.all()).extracting(Document::text).containsExactly("a=ا", "ب|b", "c=ت");
        assertThat(both.joinsFields()).isTrue();
        assertThat(new TextSource(file, "{en} {en}").joinsFields()).isFalse();
        assertThatThrownBy(() -> new TextSource(file, List.of())).hasMessageContaining("{text}");
    }

    @Test
    void aFolderStandsForItsFilesInOrder() throws IOException {
        Files.writeString(folder.resolve("b.txt"), "second");
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"first\"}");
        Files.writeString(folder.resolve("c.bin"), "not text");
        assertThat(TextSource.of(folder).all()).extracting(Document::text).containsExactly("first", "second");
    }

    @Test
    void whatCannotBeReadIsNamedWithItsLine() throws IOException {
        refuses("{\"text\":\"a\"}\n{\"text\":", "line 2", "not JSON");
        refuses("{\"text\":\"a\"}\n\n{\"body\":\"b\"}", "line 3", "'text'", "body");
        refuses("{\"text\":5}", "line 1", "'text'");
        refuses("[1]", "line 1");
        Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, 'b'});
        assertThatThrownBy(() -> TextSource.of(latin).all())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("UTF-8");
        Path broken = Files.write(folder.resolve("broken.jsonl.gz"), new byte[] {31, -117, 8, 0});
        assertThatThrownBy(() -> TextSource.of(broken).all())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("broken.jsonl.gz");
        assertThatThrownBy(() -> TextSource.of(folder.resolve("none")).all()).hasMessageContaining("none");
        assertThatThrownBy(() -> new TextSource(folder, "no field")).hasMessageContaining("{text}");
    }

    private void refuses(String content, String... words) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), content);
        var thrown = assertThatThrownBy(() -> TextSource.of(file).all()).isInstanceOf(CorpusException.class);
        for (String word : words) {
            thrown.hasMessageContaining(word);
        }
    }
}
