package dev.mokha.language.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackingTest {
    private static final int END = 0;

    @TempDir
    Path folder;

    private TokenFile corpus;

    @BeforeEach
    void encode() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append("a".repeat(1 + i * 37 % 50)).append("\n\n");
        }
        Path file = folder.resolve("text.txt");
        Files.writeString(file, text);
        int[] next = {1};
        // Every token of the corpus has a number of its own, so that one lost or doubled shows.
        corpus = TokenFile.encode(
                TextSource.of(file),
                document -> {
                    int[] ids = new int[document.length()];
                    synchronized (next) {
                        for (int i = 0; i < ids.length; i++) {
                            ids[i] = next[0]++;
                        }
                    }
                    return ids;
                },
                END,
                folder.resolve("text.tokens"));
    }

    @Test
    void aPassPredictsEveryTokenOnceButTheFirstAndTheRest() {
        var packing = new Packing(corpus, 16, 3);
        var seen = new ArrayList<Integer>();
        for (long row = 0; row < packing.perPass(); row++) {
            int[] tokens = packing.row(row);
            for (int i = 1; i < tokens.length; i++) {
                if (tokens[i] != END) {
                    seen.add(tokens[i]);
                }
            }
        }
        assertThat(seen).doesNotHaveDuplicates();
        assertThat((long) seen.size()).isGreaterThanOrEqualTo(corpus.tokens() - corpus.documents() - 17);
    }

    @Test
    void neighbouringRowsShareOneToken() {
        var packing = new Packing(corpus, 16, 3);
        assertThat(packing.row(0)[16]).isEqualTo(packing.row(1)[0]);
        assertThat(packing.row(7)).hasSize(17);
    }

    @Test
    void rowsDependOnSeedAndNumberAlone() {
        var first = new Packing(corpus, 16, 3);
        var second = new Packing(corpus, 16, 3);
        long far = 2 * first.perPass() + 1;
        int[] row = first.row(far);
        second.row(0);
        assertThat(second.row(far)).containsExactly(row);
        assertThat(new Packing(corpus, 16, 4).row(far)).isNotEqualTo(row);
        assertThat(first.row(1)).isNotEqualTo(first.row(first.perPass() + 1));
    }

    @Test
    void aMixtureKeepsItsProportionsAndContinuesWhereItStood() {
        var mixture = mixture(1e9);
        for (int i = 0; i < 4000; i++) {
            mixture.next();
        }
        String[] counts = mixture.position().split(",", -1);
        assertThat(Double.parseDouble(counts[0]) / 4000).isBetween(0.72, 0.78);
        var resumed = mixture(1e9);
        resumed.restore(mixture.position());
        for (int i = 0; i < 50; i++) {
            assertThat(resumed.next()).containsExactly(mixture.next());
        }
    }

    @Test
    void aSourceLeavesAfterItsEpochs() {
        var mixture = mixture(2);
        long rows = new Packing(corpus, 16, 1).perPass();
        for (int i = 0; i < 4 * rows; i++) {
            mixture.next();
        }
        assertThat(mixture.report()).isEqualTo("english 2.00 epochs, arabic 2.00 epochs");
        assertThatThrownBy(mixture::next).isInstanceOf(CorpusException.class).hasMessageContaining("epochs");
    }

    @Test
    void aShortCorpusAndADamagedFileAreRefused() throws IOException {
        assertThatThrownBy(() -> new Packing(corpus, 1_000_000, 0)).hasMessageContaining("does not fill one row");
        Path damaged = folder.resolve("damaged.tokens");
        byte[] bytes = Files.readAllBytes(folder.resolve("text.tokens"));
        for (int length : new int[] {0, 7, 24, 100, bytes.length - 1}) {
            Files.write(damaged, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> TokenFile.open(damaged))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("damaged.tokens");
        }
    }

    private Mixture mixture(double epochs) {
        return new Mixture(
                List.of(
                        new Mixture.Part("english", new Packing(corpus, 16, 1), 3, epochs),
                        new Mixture.Part("arabic", new Packing(corpus, 16, 2), 1, epochs)),
                11);
    }
}
