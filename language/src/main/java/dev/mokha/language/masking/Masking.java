package dev.mokha.language.masking;

import dev.mokha.language.corpus.SplitMix;
import java.util.Arrays;

/// Hides tokens for a model to predict, [Devlin et al. 2019, §3.1](https://arxiv.org/abs/1810.04805):
/// `min(maxPredictions, max(1, round(rate · length)))` of them, where the length counts `[CLS]` and `[SEP]`,
/// which are never hidden themselves. Half rounds up, as in the Python 2 that the official builder was
/// tested with; Python 3 rounds half to even and takes 4 of 30 tokens where this takes 5.
///
/// A mask is a function of the numbers drawn from `random` alone: kept with the example it is the paper's
/// static mask, drawn anew in each pass it is the dynamic one of
/// [RoBERTa](https://arxiv.org/abs/1907.11692).
///
/// @param rate the share of tokens to predict
/// @param maxPredictions at most so many in a sequence
/// @param kind what is hidden together
/// @param mix what stands in place of a hidden token
public record Masking(double rate, int maxPredictions, Kind kind, Mix mix) {
    public Masking {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("a masking rate is above 0 and at most 1, not " + rate);
        }
        if (maxPredictions < 1) {
            throw new IllegalArgumentException("at least 1 token is to be predicted, not " + maxPredictions);
        }
    }

    /// What is hidden together.
    public sealed interface Kind {
        /// Token by token.
        record Tokens() implements Kind {}

        /// All pieces of a word, or none; a word that would overflow the count is passed over.
        record WholeWords() implements Kind {}

        /// Runs of whole words, [Joshi et al. 2020, §3.1](https://arxiv.org/abs/1907.10529): lengths in
        /// words from a geometric distribution cut off at `longest`; all of a run is treated alike (masked,
        /// kept or random). A run ends early rather than overflow the count, cut a word, touch a special
        /// token or one hidden before.
        ///
        /// @param p the geometric distribution's parameter
        /// @param longest words at most
        record Spans(double p, int longest) implements Kind {
            public Spans {
                if (!(p > 0 && p < 1) || longest < 1) {
                    throw new IllegalArgumentException(
                            "spans need 0 < p < 1 and a length of at least 1, not p = " + p + " and " + longest);
                }
            }
        }
    }

    /// The shares of hidden tokens that become `[MASK]`, stay as they are, or become any piece of the
    /// vocabulary, special ones included; they sum to 1.
    public record Mix(double mask, double same, double random) {
        /// The paper's 80 %, 10 %, 10 %.
        public static final Mix BERT = new Mix(0.8, 0.1, 0.1);

        public Mix {
            if (!(mask >= 0 && same >= 0 && random >= 0 && Math.abs(mask + same + random - 1) < 1e-6)) {
                throw new IllegalArgumentException(
                        "the shares masked, same and random sum to 1; got " + mask + ", " + same + " and " + random);
            }
        }
    }

    /// The paper's for sequences of 128 tokens: 15 %, at most 20, token by token.
    public static Masking bert() {
        return new Masking(0.15, 20, new Kind.Tokens(), Mix.BERT);
    }

    /// The same with another kind.
    public Masking of(Kind other) {
        return new Masking(rate, maxPredictions, other, mix);
    }

    /// SpanBERT's distribution of lengths: `p = 0.2`, at most 10 words, 3.8 on average.
    public static Kind spans() {
        return new Kind.Spans(0.2, 10);
    }

    /// {@return how many of so many tokens are to be predicted}
    public int count(int length) {
        return (int) Math.min(maxPredictions, Math.max(1, Math.round(rate * length)));
    }

    /// Hides tokens of a sequence, which itself stays as it is.
    public Masked mask(Sequence sequence, Pieces pieces, SplitMix random) {
        int[] original = sequence.ids();
        int[] ids = original.clone();
        boolean[] hidden = new boolean[ids.length];
        int hiddenCount = new Hiding(this, pieces, random).hide(ids, hidden);
        int[] positions = new int[hiddenCount];
        int[] labels = new int[hiddenCount];
        int at = 0;
        for (int i = 0; i < ids.length; i++) {
            if (hidden[i]) {
                positions[at] = i;
                labels[at++] = original[i];
            }
        }
        return Masked.of(Sequence.pair(ids, sequence.firstLength(), sequence.randomNext()), positions, labels);
    }

    /// Hides tokens of a sequence: the mask is a function of seed, pass and example.
    public Masked mask(Sequence sequence, Pieces pieces, Draw draw) {
        return mask(sequence, pieces, Draws.ofMask(draw));
    }

    /// What a mask is a function of: the same again for the same, another mask for any other.
    public record Draw(long seed, long pass, long example) {}

    /// {@return what is hidden together: the first token of each group, ascending, then the number of
    /// tokens}
    static int[] words(int[] ids, Pieces pieces, boolean whole) {
        int[] starts = new int[ids.length + 1];
        int count = 0;
        boolean inWord = false;
        for (int i = 0; i < ids.length; i++) {
            boolean frame = pieces.frames(ids[i]);
            if (!frame && !(whole && inWord && pieces.continues(ids[i]))) {
                starts[count++] = i;
            }
            inWord = !frame;
        }
        starts[count] = ids.length;
        return Arrays.copyOf(starts, count + 1);
    }
}
