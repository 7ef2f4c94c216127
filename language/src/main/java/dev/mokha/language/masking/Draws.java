package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;

/// Random numbers as functions of a seed and of what they are for, so that neither threads nor restarts
/// change them.
final class Draws {
    private Draws() {}

    /// Numbers for one item, such as a document or an example, of one pass over the corpus.
    static SplitMix of(long seed, long pass, long item) {
        return new SplitMix(new SplitMix(seed, pass).next(), item);
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
