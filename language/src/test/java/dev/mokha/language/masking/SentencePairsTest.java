package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The invariants of the official builder's pairs, on corpora where every token tells where it is from.
final class SentencePairsTest {
    private static final Pieces PIECES = Toy.pieces(1 << 20);

    @Property(tries = 200)
    void aPairIsTwoStretchesOfTheCorpusWithinTheMaximum(
            @ForAll long seed, @ForAll @IntRange(min = 5, max = 64) int maxLength) {
        var store = SentenceStore.of(Toy.corpus(seed, 8, 12, 20));
        var plan = pairs(store, maxLength, seed).plan(3);
        assertThat(plan.size()).isPositive();
        for (int i = 0; i < plan.size(); i++) {
            Sequence pair = plan.sequence(i);
            int[] ids = pair.ids();
            assertThat(ids).hasSizeBetween(5, maxLength);
            assertThat(ids[0]).isEqualTo(Toy.CLS);
            assertThat(ids[pair.firstLength() - 1]).isEqualTo(Toy.SEP);
            assertThat(ids[ids.length - 1]).isEqualTo(Toy.SEP);
            assertAscends(a(pair));
            assertAscends(b(pair));
        }
    }

    /// Without truncation the A sides, and the B sides that follow them, are each document from its first token to
    /// its last.
    @Property(tries = 200)
    void putBackLosesNoSentence(@ForAll long seed) {
        var corpus = Toy.corpus(seed, 6, 10, 8);
        var store = SentenceStore.of(corpus);
        int longest = 4096;
        var plan = new SentencePairs(
                        store, PIECES, new SentencePairs.Recipe(longest, 0, SentencePairs.Elsewhere.DOCUMENTS, seed))
                .plan(0);
        List<Integer> covered = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            Sequence pair = plan.sequence(i);
            Arrays.stream(a(pair)).forEach(covered::add);
            if (!pair.randomNext()) {
                Arrays.stream(b(pair)).forEach(covered::add);
            }
        }
        List<Integer> all = corpus.stream()
                .flatMap(List::stream)
                .flatMapToInt(Arrays::stream)
                .boxed()
                .toList();
        assertThat(covered).isEqualTo(all);
    }

    @Property(tries = 50)
    void aRandomNextIsOfAnotherDocumentAndAnActualOneFollows(@ForAll long seed) {
        var store = SentenceStore.of(Toy.corpus(seed, 50, 12, 20));
        var plan = pairs(store, 64, seed).plan(0);
        for (int i = 0; i < plan.size(); i++) {
            Sequence pair = plan.sequence(i);
            int a = document(store, a(pair)[0]);
            int b = document(store, b(pair)[0]);
            if (pair.randomNext()) {
                assertThat(b).isNotEqualTo(a); // 10 tries of 50 documents: 1 in 10¹⁷ fails
            } else {
                assertThat(b).isEqualTo(a);
                assertThat(b(pair)[0]).isGreaterThan(a(pair)[a(pair).length - 1]);
            }
        }
    }

    @Test
    void moreThanHalfOfAllPairsAreRandomAndChunksOfOneSentenceAlways() {
        var pairs = pairs(SentenceStore.of(Toy.corpus(1, 3000, 12, 30)), 128, 7);
        assertThat(randomShare(pairs.plan(0))).isBetween(0.52, 0.75);
        var singles = pairs(SentenceStore.of(Toy.corpus(1, 100, 1, 30)), 128, 7);
        assertThat(randomShare(singles.plan(0))).isEqualTo(1);
    }

    /// Long documents of one-token sentences fill their target exactly, but for a document's last pair.
    @Test
    void aTenthOfDocumentsIsCutShort() {
        var store = SentenceStore.of(Toy.corpus(1, 4000, 400, 1));
        var plan = pairs(store, 64, 11).plan(0);
        int[] longest = new int[store.documents()];
        for (int i = 0; i < plan.size(); i++) {
            Sequence pair = plan.sequence(i);
            int document = document(store, a(pair)[0]);
            longest[document] = Math.max(longest[document], pair.ids().length);
        }
        long enough = 0;
        long cut = 0;
        for (int document = 0; document < longest.length; document++) {
            if (store.firstSentence(document + 1) - store.firstSentence(document) >= 122) {
                enough++;
                cut += longest[document] < 64 ? 1 : 0;
            }
        }
        assertThat(enough).isGreaterThan(2000);
        // the target is uniform in 2 … 61, so 59 of 60 short targets show; 5 σ of a binomial of 2,700 are 0.029
        assertThat((double) cut / enough).isBetween(0.0983 - 0.029, 0.0983 + 0.029);
    }

    @Property(tries = 300)
    void thePairsAreThoseOfTheOfficialBuilder(
            @ForAll long seed,
            @ForAll @IntRange(min = 5, max = 80) int maxLength,
            @ForAll @IntRange(min = 1, max = 12) int documents) {
        var corpus = Toy.corpus(seed, documents, 9, 25);
        var recipe = new SentencePairs.Recipe(maxLength, 0.3, SentencePairs.Elsewhere.DOCUMENTS, seed);
        var plan = new SentencePairs(SentenceStore.of(corpus), PIECES, recipe)
                .onThreads(1)
                .plan(4);
        List<OfficialBuilder.Pair> ours = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            Sequence pair = plan.sequence(i);
            int[] segments = Masked.of(pair, new int[0], new int[0]).segments();
            ours.add(new OfficialBuilder.Pair(boxed(pair.ids()), boxed(segments), pair.randomNext()));
        }
        var official = new OfficialBuilder(
                corpus.stream()
                        .map(document ->
                                document.stream().map(SentencePairsTest::boxed).toList())
                        .toList(),
                maxLength,
                0.3);
        List<OfficialBuilder.Pair> theirs = new ArrayList<>();
        for (int document = 0; document < documents; document++) {
            theirs.addAll(official.pairs(document, Draws.of(seed, 4, document)));
        }
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void randomTextIsOfAllDocumentsAlikeOrOfAllSentencesAlike() {
        List<List<int[]>> corpus = new ArrayList<>(Collections.nCopies(40, one(4, 10)));
        corpus.add(one(160, 11));
        corpus.add(one(160, 12));
        var store = SentenceStore.of(corpus);
        // the long documents are 2 of 42 documents; of the sentences elsewhere, they are 160 of 320 for each other
        // and 320 of 476 for the short ones
        assertThat(shareOfLong(store, SentencePairs.Elsewhere.DOCUMENTS)).isBetween(0.01, 0.10);
        assertThat(shareOfLong(store, SentencePairs.Elsewhere.SENTENCES)).isBetween(0.5, 0.7);
    }

    private static List<int[]> one(int sentences, int token) {
        return Collections.nCopies(sentences, new int[] {token, token});
    }

    /// {@return the share of random text that is of the two long documents}
    private static double shareOfLong(SentenceStore store, SentencePairs.Elsewhere elsewhere) {
        long random = 0;
        long hit = 0;
        for (long pass = 0; pass < 60; pass++) {
            var plan = new SentencePairs(
                            store, PIECES, SentencePairs.Recipe.of(16, 3).from(elsewhere))
                    .plan(pass);
            for (int i = 0; i < plan.size(); i++) {
                Sequence pair = plan.sequence(i);
                int[] ids = pair.ids();
                if (pair.randomNext()) {
                    random++;
                    hit += ids[ids.length - 2] > 10 ? 1 : 0;
                }
            }
        }
        assertThat(random).isGreaterThan(2000);
        return (double) hit / random;
    }

    @Property(tries = 20)
    void everySentenceKnowsItsDocument(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int documents) {
        var store = SentenceStore.of(Toy.corpus(seed, documents, 6, 12));
        for (int document = 0; document < store.documents(); document++) {
            for (long s = store.firstSentence(document); s < store.firstSentence(document + 1); s++) {
                assertThat(store.document(s)).isEqualTo(document);
            }
        }
    }

    @Property(tries = 20)
    void threadsChangeNothing(@ForAll long seed) {
        var store = SentenceStore.of(Toy.corpus(seed, 300, 6, 12));
        var one = all(pairs(store, 32, seed).onThreads(1).plan(5));
        assertThat(all(pairs(store, 32, seed).onThreads(3).plan(5))).isEqualTo(one);
        assertThat(all(pairs(store, 32, seed).onThreads(1).plan(6))).isNotEqualTo(one);
    }

    @Test
    void aLoneDocumentIsItsOwnRandomNext() {
        var store = SentenceStore.of(List.of(List.of(new int[] {10, 11}, new int[] {12})));
        var plan = pairs(store, 16, 1).plan(0);
        assertThat(plan.size()).isBetween(1, 2);
    }

    @Test
    void aLengthThatHoldsNoPairIsRefused() {
        assertThatThrownBy(() -> SentencePairs.Recipe.of(4, 1)).hasMessageContaining("at least 5 tokens");
    }

    private static SentencePairs pairs(SentenceStore store, int maxLength, long seed) {
        return new SentencePairs(store, PIECES, SentencePairs.Recipe.of(maxLength, seed)).onThreads(1);
    }

    private static double randomShare(Sequences.Plan plan) {
        int random = 0;
        for (int i = 0; i < plan.size(); i++) {
            random += plan.sequence(i).randomNext() ? 1 : 0;
        }
        return (double) random / plan.size();
    }

    static List<List<Integer>> all(Sequences.Plan plan) {
        List<List<Integer>> all = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            all.add(boxed(plan.sequence(i).ids()));
        }
        return all;
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    static int[] a(Sequence pair) {
        return Arrays.copyOfRange(pair.ids(), 1, pair.firstLength() - 1);
    }

    static int[] b(Sequence pair) {
        return Arrays.copyOfRange(pair.ids(), pair.firstLength(), pair.ids().length - 1);
    }

    private static int document(SentenceStore store, int token) {
        int document = 0;
        while (store.firstToken(store.firstSentence(document + 1)) <= token - Toy.FIRST) {
            document++;
        }
        return document;
    }

    private static void assertAscends(int[] stretch) {
        for (int i = 1; i < stretch.length; i++) {
            assertThat(stretch[i]).isEqualTo(stretch[i - 1] + 1);
        }
    }
}
