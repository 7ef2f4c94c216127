package dev.mokha.text.tokenizer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The models against their definitions in plain loops.
final class ModelTest {
    private static List<Integer> ids(Model model, String text) {
        var out = new Pieces();
        model.tokenize(text.toCharArray(), 0, text.length(), new Buffers(), out);
        return Arrays.stream(out.toIds()).boxed().toList();
    }

    /// A model over the letters a, b and c with random merges.
    private static Bpe randomBpe(Random random) {
        var pieces = new ArrayList<>(List.of("a", "b", "c"));
        var merges = new ArrayList<Merge>();
        for (int i = 0; i < 30; i++) {
            String left = pieces.get(random.nextInt(pieces.size()));
            String right = pieces.get(random.nextInt(pieces.size()));
            var merge = new Merge(left, right);
            if (left.length() + right.length() < 12 && !merges.contains(merge)) {
                merges.add(merge);
                if (!pieces.contains(left + right)) {
                    pieces.add(left + right);
                }
            }
        }
        return new Bpe(Vocab.inOrder(pieces), merges, BpeOptions.byteLevel());
    }

    private static List<Integer> byDefinition(Bpe bpe, String text) {
        var parts = new ArrayList<>(Arrays.asList(text.split("")));
        while (true) {
            int best = Integer.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = bpe.merges().indexOf(new Merge(parts.get(i), parts.get(i + 1)));
                if (rank >= 0 && rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                return parts.stream().map(bpe.vocab()::id).toList();
            }
            parts.set(at, parts.get(at) + parts.remove(at + 1));
        }
    }

    @Property(tries = 200)
    void bytePairsAreMergedAsTheDefinitionSays(@ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int length) {
        var random = new Random(seed);
        var bpe = randomBpe(random);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        assertThat(ids(bpe, text.toString())).isEqualTo(byDefinition(bpe, text.toString()));
    }

    @Property(tries = 200)
    void noOtherWayToCutAWordHasALargerUnigramScore(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int length) {
        var random = new Random(seed);
        var scores = new LinkedHashMap<String, Double>();
        scores.put("<unk>", 0.0);
        for (String piece : List.of("a", "b", "ab", "ba", "aab", "abb", "bbb", "abab")) {
            scores.put(piece, -1 - 9 * random.nextDouble());
        }
        var pieces = scores.entrySet().stream()
                .map(e -> new Unigram.Scored(e.getKey(), e.getValue()))
                .toList();
        var unigram = new Unigram(pieces, 0, false);
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(random.nextBoolean() ? 'a' : 'b');
        }
        double score = ids(unigram, text.toString()).stream()
                .mapToDouble(id -> pieces.get(id).score())
                .sum();
        assertThat(score).isCloseTo(best(scores, text.toString()), org.assertj.core.data.Offset.offset(1e-9));
    }

    private static double best(Map<String, Double> scores, String text) {
        if (text.isEmpty()) {
            return 0;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int end = 1; end <= text.length(); end++) {
            Double score = scores.get(text.substring(0, end));
            if (score != null) {
                best = Math.max(best, score + best(scores, text.substring(end)));
            }
        }
        return best;
    }

    @Test
    void aWordOfAMillionCharactersIsMergedWithoutSquareTime() {
        var bpe = randomBpe(new Random(7));
        String text = "abcab".repeat(200_000);
        int total = ids(bpe, text).stream()
                .mapToInt(id -> Objects.requireNonNull(bpe.vocab().piece(id)).length())
                .sum();
        assertThat(total).isEqualTo(text.length());
    }

    @Test
    void aWordThatNoPieceSpellsIsOneUnknownToken() {
        var model = WordPiece.bert(Vocab.inOrder(List.of("[UNK]", "un", "##aff", "##able")));
        assertThat(ids(model, "unaffable")).containsExactly(1, 2, 3);
        assertThat(ids(model, "unaffablx")).containsExactly(0);
        assertThat(ids(model, "un".repeat(51))).containsExactly(0);
    }

    @Test
    void anUnknownCharacterBecomesItsBytes() {
        var pieces = new ArrayList<>(List.of("<unk>", "a"));
        for (int b = 0; b < 256; b++) {
            pieces.add(String.format(Locale.ROOT, "<0x%02X>", b));
        }
        var model = new Bpe(Vocab.inOrder(pieces), List.of(), BpeOptions.sentencePiece("<unk>"));
        assertThat(ids(model, "aé")).containsExactly(1, 2 + 0xC3, 2 + 0xA9);
    }

    @Test
    void wordsAreRememberedWithoutChangingWhatTheyBecome() {
        var bpe = randomBpe(new Random(3));
        var reader = new WordReader(bpe);
        var random = new Random(5);
        for (int i = 0; i < 60_000; i++) {
            String word = Integer.toString(random.nextInt(40_000), 3)
                    .replace('0', 'a')
                    .replace('1', 'b')
                    .replace('2', 'c');
            var out = new Pieces();
            reader.read(word.toCharArray(), 0, word.length(), false, out);
            if (i % 50 == 0) {
                assertThat(out.toIds())
                        .isEqualTo(ids(bpe, word).stream()
                                .mapToInt(Integer::intValue)
                                .toArray());
            }
        }
    }
}
