package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordPiece;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SentenceEncodingTest {
    @TempDir
    private Path folder;

    private Path text;
    private Path cache;

    @BeforeEach
    void write() throws IOException {
        text = folder.resolve("text.txt");
        cache = folder.resolve("cache/text.sentences");
        Files.writeString(text, "a b c\nd\n\n\nb b\n \na\nc d a\n");
    }

    @Test
    void theOfficialFormatBecomesDocumentsOfSentences() {
        try (var store = encoding(Sentences.lines(), "a").store(cache)) {
            assertThat(sentences(store)).containsExactly("[[5, 6, 7], [8]]", "[[6, 6]]", "[[5], [7, 8, 5]]");
            assertThat(store.documents()).isEqualTo(3);
            assertThat(store.sentences()).isEqualTo(5);
            assertThat(store.tokens()).isEqualTo(10);
        }
        assertThat(sentences(encoding(Sentences.lines(), "a").inMemory()))
                .containsExactly("[[5, 6, 7], [8]]", "[[6, 6]]", "[[5], [7, 8, 5]]");
    }

    @Test
    void theCacheIsUsedUntilTextTokenizerOrSentencesChange() throws IOException {
        var encoding = encoding(Sentences.lines(), "a");
        encoding.store(cache).close();
        assertThat(made(encoding)).as("the same again").isFalse();
        assertThat(made(encoding(Sentences.of(Locale.ENGLISH), "a"))).isTrue();
        assertThat(made(encoding(Sentences.lines(), "z"))).isTrue();
        assertThat(made(encoding)).isTrue();
        Files.setLastModifiedTime(text, FileTime.fromMillis(1_000_000));
        assertThat(made(encoding)).isTrue();
        assertThat(made(encoding)).isFalse();
    }

    /// {@return whether the cache was written anew}
    private boolean made(SentenceEncoding encoding) throws IOException {
        Files.setLastModifiedTime(cache, FileTime.fromMillis(0));
        encoding.store(cache).close();
        return Files.getLastModifiedTime(cache).toMillis() > 0;
    }

    @Test
    void threadsChangeNothing() throws IOException {
        var random = new Random(1);
        var many = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            many.append("abcd".charAt(random.nextInt(4)))
                    .append(random.nextInt(5) == 0 ? "\n\n" : random.nextInt(3) == 0 ? "\n" : " ");
        }
        Files.writeString(text, many);
        var encoding = encoding(Sentences.lines(), "a");
        encoding.store(cache, 1).close();
        Path other = folder.resolve("other.sentences");
        encoding.store(other, 4).close();
        assertThat(other).hasSameBinaryContentAs(cache);
    }

    @Test
    void aFileOfSomethingElseIsNotWrittenOver() throws IOException {
        Files.createDirectories(cache.getParent());
        Files.writeString(cache, "my notes, of more bytes than the header of a file of sentences would have had");
        assertThatThrownBy(() -> encoding(Sentences.lines(), "a").store(cache))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("not written over");
        assertThat(cache).content().startsWith("my notes");
    }

    @Test
    void textWithoutATokenIsRefusedAndLeavesNothing() throws IOException {
        Files.writeString(text, "\n\n");
        assertThatThrownBy(() -> encoding(Sentences.lines(), "a").store(cache)).hasMessageContaining("hold no token");
        assertThat(cache.getParent()).isEmptyDirectory();
    }

    /// Every byte of the tables and the header; a token may be any number.
    @Test
    void aDamagedFileIsRefused() throws IOException {
        encoding(Sentences.lines(), "a").store(cache).close();
        byte[] whole = Files.readAllBytes(cache);
        for (int at = 0; at < whole.length; at++) {
            if (at >= 32 && at < 64 + 4 * 10) {
                continue;
            }
            byte[] broken = whole.clone();
            broken[at] ^= (byte) 0x80;
            Files.write(cache, broken);
            assertThatThrownBy(() -> SentenceFile.open(cache)).as("byte " + at).isInstanceOf(CorpusException.class);
        }
        Files.write(cache, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> SentenceFile.open(cache)).hasMessageContaining("delete it to have it made again");
    }

    private SentenceEncoding encoding(Sentences sentences, String first) {
        var vocab = Vocab.inOrder(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", first, "b", "c", "d"));
        var tokenizer = Tokenizer.builder(WordPiece.bert(vocab))
                .preTokenizer(new PreTokenizer.Whitespace())
                .build();
        return SentenceEncoding.of(TextSource.of(text), sentences, tokenizer);
    }

    private static List<String> sentences(SentenceStore store) {
        List<String> documents = new ArrayList<>();
        for (int d = 0; d < store.documents(); d++) {
            List<String> sentences = new ArrayList<>();
            for (long s = store.firstSentence(d); s < store.firstSentence(d + 1); s++) {
                int[] ids = new int[(int) (store.firstToken(s + 1) - store.firstToken(s))];
                store.copy(store.firstToken(s), ids, 0, ids.length);
                sentences.add(Arrays.toString(ids));
            }
            documents.add(sentences.toString());
        }
        return documents;
    }
}
