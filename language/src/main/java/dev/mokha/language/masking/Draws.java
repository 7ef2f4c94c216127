package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;

/// Random numbers as functions of a seed and of what they are for, so that neither threads nor restarts
/// change them.
final class Draws {
    /// Items that are no documents: the order of a pass's examples, and of its documents.
    static final long EXAMPLE_ORDER = -1;

    static final long DOCUMENT_ORDER = -2;

    private static final long MASKS = 0x6D61736B73L; // "masks": example 7 shares no numbers with document 7

    private Draws() {}

    /// Numbers for one item, such as a document or an example, of one pass over the corpus.
    static SplitMix of(long seed, long pass, long item) {
        return new SplitMix(new SplitMix(seed, pass).next(), item);
    }

    /// Numbers for the mask of one example of one pass.
    static SplitMix ofMask(Masking.Draw draw) {
        return of(draw.seed() ^ MASKS, draw.pass(), draw.example());
    }

    /// {@return the numbers 0 to `count − 1` in random order}
    static int[] order(int count, SplitMix random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.below(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
