package dev.mokha.language.masking;

import java.util.Arrays;

/// Whole sentences one after the other until a sequence is full, without pairs: the FULL-SENTENCES input of
/// [Liu et al. 2019, §4.2](https://arxiv.org/abs/1907.11692). Documents come in another order each pass; a
/// sequence may go on from one document into the next, with a `[SEP]` between them. A sentence longer than a
/// sequence is cut. Every token of the corpus stands in exactly one sequence of a pass.
public final class FullSentences implements Sequences {
    private final SentenceStore store;
    private final Pieces pieces;
    private final Recipe recipe;

    /// How sequences are cut.
    ///
    /// @param maxLength tokens at most, special ones included
    /// @param acrossDocuments whether a sequence goes on into the next document; else it ends with its
    ///     document
    public record Recipe(int maxLength, boolean acrossDocuments, long seed) {
        public Recipe {
            if (maxLength < 3) {
                throw new IllegalArgumentException(
                        "a sequence needs at least 3 tokens, 2 of them special; the maximal length is " + maxLength);
            }
        }

        /// Sequences that go on into the next document.
        public static Recipe of(int maxLength, long seed) {
            return new Recipe(maxLength, true, seed);
        }
    }

    public FullSentences(SentenceStore store, Pieces pieces, Recipe recipe) {
        this.store = store;
        this.pieces = pieces;
        this.recipe = recipe;
    }

    @Override
    public Plan plan(long pass) {
        var cut = new Cut();
        for (int document : Draws.order(store.documents(), Draws.of(recipe.seed, pass, Draws.DOCUMENT_ORDER))) {
            cut.document(store.firstSentence(document), store.firstSentence(document + 1));
        }
        cut.close();
        return cut;
    }

    /// Sequences as stretches of the corpus, one for each document in a sequence.
    private final class Cut implements Plan {
        private final int budget = recipe.maxLength - 2;
        private long[] starts = new long[64];
        private int[] lengths = new int[64];
        private int stretches;
        private int[] ends = new int[32];
        private int sequences;
        private int used;

        void document(long first, long end) {
            boolean fresh = true;
            for (long sentence = first; sentence < end; sentence++) {
                long from = store.firstToken(sentence);
                long length = store.firstToken(sentence + 1) - from;
                boolean separated = fresh && used > 0;
                if (used + (separated ? 1 : 0) + length > budget) {
                    close();
                    separated = false;
                    fresh = true;
                    while (length > budget) {
                        open(from, budget);
                        close();
                        from += budget;
                        length -= budget;
                    }
                }
                if (fresh || used == 0) {
                    used += separated ? 1 : 0;
                    open(from, (int) length);
                } else {
                    lengths[stretches - 1] += (int) length;
                    used += (int) length;
                }
                fresh = false;
            }
            if (!recipe.acrossDocuments) {
                close();
            }
        }

        private void open(long from, int length) {
            if (stretches == starts.length) {
                starts = Arrays.copyOf(starts, 2 * stretches);
                lengths = Arrays.copyOf(lengths, 2 * stretches);
            }
            starts[stretches] = from;
            lengths[stretches++] = length;
            used += length;
        }

        void close() {
            if (used == 0) {
                return;
            }
            if (sequences == ends.length) {
                ends = Arrays.copyOf(ends, 2 * sequences);
            }
            ends[sequences++] = stretches;
            used = 0;
        }

        @Override
        public int size() {
            return sequences;
        }

        @Override
        public Sequence sequence(int number) {
            int from = number == 0 ? 0 : ends[number - 1];
            int length = 1;
            for (int i = from; i < ends[number]; i++) {
                length += lengths[i] + 1;
            }
            int[] ids = new int[length];
            ids[0] = pieces.special().cls();
            int at = 1;
            for (int i = from; i < ends[number]; i++) {
                store.copy(starts[i], ids, at, lengths[i]);
                at += lengths[i];
                ids[at++] = pieces.special().sep();
            }
            return Sequence.single(ids);
        }
    }
}
