package dev.mokha.language.corpus;

import java.util.Arrays;

/// Cuts a corpus into rows of equal length: each pass joins the documents in a new random order and cuts the
/// whole at every `context` tokens, so that no token is padding. Neighbouring rows share one token: the last
/// target of one is the first input of the next.
///
/// Row n is a function of seed and n alone, so a row number is all that a checkpoint needs.
public final class Packing {
    private final TokenFile corpus;
    private final int context;
    private final long seed;
    private final long perPass;

    private long pass = -1;
    private int[] order = new int[0];
    private long[] ends = new long[0];

    /// @param context the number of tokens a model predicts from a row
    /// @throws CorpusException when the corpus is shorter than one row
    public Packing(TokenFile corpus, int context, long seed) {
        if (context < 2) {
            throw new IllegalArgumentException("a context needs at least 2 tokens, was " + context);
        }
        if (corpus.tokens() < context + 1) {
            throw new CorpusException("a corpus of " + corpus.tokens() + " tokens does not fill one row of " + context
                    + "; add text or shorten the context");
        }
        this.corpus = corpus;
        this.context = context;
        this.seed = seed;
        this.perPass = (corpus.tokens() - 1) / context;
    }

    /// {@return the number of rows in one pass over the corpus}
    public long perPass() {
        return perPass;
    }

    /// {@return `context + 1` tokens: the first are inputs, all but the first targets}
    public int[] row(long number) {
        shuffle(number / perPass);
        long from = number % perPass * context;
        int[] row = new int[context + 1];
        int at = 0;
        int place = place(from);
        while (at < row.length) {
            long start = place == 0 ? 0 : ends[place - 1];
            int skip = (int) (from + at - start);
            int length = (int) Math.min(row.length - at, ends[place] - start - skip);
            corpus.copy(order[place], skip, row, at, length);
            at += length;
            place++;
        }
        return row;
    }

    /// The place in this pass's order of the document that holds the token at a position.
    private int place(long position) {
        int found = Arrays.binarySearch(ends, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private void shuffle(long wanted) {
        if (wanted == pass) {
            return;
        }
        int n = corpus.documents();
        order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        var random = new SplitMix(seed, wanted);
        for (int i = n - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        ends = new long[n];
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += corpus.length(order[i]);
            ends[i] = sum;
        }
        pass = wanted;
    }
}
