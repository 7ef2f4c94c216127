package dev.mokha.text.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.model.Merge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PairMergerTest {

    @Test
    void theTextbookExampleIsLearnedAsInThePaper() {
        // Sennrich et al. 2016, figure 1, without the end-of-word mark
        var words = Map.of("low", 5L, "lower", 2L, "newest", 6L, "widest", 3L);
        PairMerger merger = merger(words, "", Set.of(), Integer.MAX_VALUE);
        List<Merge> merges = merger.learn(4, 1, TrainingProgress.SILENT);
        assertThat(merges)
                .containsExactly(
                        new Merge("e", "s"), // 9, as "st" has: the lower left id goes first
                        new Merge("es", "t"),
                        new Merge("l", "o"),
                        new Merge("lo", "w"));
    }

    @Test
    void aRunOfOneSymbolIsMergedFromTheLeft() {
        PairMerger merger = merger(Map.of("aaaaa", 1L), "", Set.of(), Integer.MAX_VALUE);
        assertThat(merger.learn(10, 1, TrainingProgress.SILENT))
                .containsExactly(new Merge("a", "a"), new Merge("aa", "a"), new Merge("aa", "aaa"));
    }

    @Test
    void noMergeMakesAReservedString() {
        PairMerger merger = merger(Map.of("<s>", 50L, "as", 2L), "", Set.of("<s>"), Integer.MAX_VALUE);
        merger.learn(10, 1, TrainingProgress.SILENT);
        assertThat(merger.pieces()).contains("<s", "as").doesNotContain("<s>");
    }

    @Property(tries = 400)
    void theFastTrainerEqualsRecountingEverything(
            @ForAll("corpora") Map<String, Long> words,
            @ForAll @IntRange(min = 1, max = 40) int maxPieces,
            @ForAll @IntRange(min = 1, max = 4) int minFrequency,
            @ForAll @IntRange(min = 2, max = 8) int maxLength,
            @ForAll boolean wordPiece) {
        String continuing = wordPiece ? "##" : "";
        Set<String> reserved = Set.of("ab", "##ab", "cab");
        PairMerger fast = merger(words, continuing, reserved, maxLength);
        var slow =
                new SlowBpe(symbols(words, continuing), alphabet(words, continuing), reserved, continuing, maxLength);
        assertThat(fast.learn(maxPieces, minFrequency, TrainingProgress.SILENT))
                .isEqualTo(slow.learn(maxPieces, minFrequency));
        assertThat(fast.pieces()).isEqualTo(slow.pieces());
    }

    @Provide
    Arbitrary<Map<String, Long>> corpora() {
        var word = Arbitraries.strings().withChars('a', 'b', 'c').ofMinLength(1).ofMaxLength(12);
        return Arbitraries.maps(word, Arbitraries.longs().between(1, 9))
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    static PairMerger merger(Map<String, Long> words, String continuing, Set<String> reserved, int maxLength) {
        List<String> alphabet = alphabet(words, continuing);
        var cells = Cells.of(
                WordCounts.of(words),
                word -> split(word, continuing).stream()
                        .mapToInt(alphabet::indexOf)
                        .toArray());
        return new PairMerger(cells, alphabet, reserved, continuing, maxLength);
    }

    private static List<String> alphabet(Map<String, Long> words, String continuing) {
        var first = new TreeSet<String>();
        var inside = new TreeSet<String>();
        for (String word : words.keySet()) {
            for (String symbol : split(word, continuing)) {
                (symbol.length() > 1 ? inside : first).add(symbol);
            }
        }
        var all = new ArrayList<>(first);
        all.addAll(inside);
        return all;
    }

    private static List<String> split(String word, String continuing) {
        var symbols = new ArrayList<String>();
        for (int i = 0; i < word.length(); i++) {
            symbols.add((i == 0 ? "" : continuing) + word.charAt(i));
        }
        return symbols;
    }

    private static Map<List<String>, Long> symbols(Map<String, Long> words, String continuing) {
        var out = new LinkedHashMap<List<String>, Long>();
        words.forEach((word, count) -> out.put(split(word, continuing), count));
        return out;
    }
}
