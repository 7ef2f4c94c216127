package dev.mokha.language.adapt;

import dev.mokha.language.corpus.SplitMix;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;

/// Learns a vector for each piece of a vocabulary from text alone, so that pieces in the same company lie
/// close: skip-gram with negative sampling, [Mikolov et al. 2013](https://arxiv.org/abs/1310.4546). For a
/// piece w beside c and k pieces n drawn by frequency to the ¾ it lowers
/// `−log σ(v_w·u_c) − Σ log σ(−v_w·u_n)`.
///
/// It is the auxiliary space of [NewRows.Focus], whose authors take fastText; we leave its character n-grams
/// out, as most pieces are too short for them. One thread, plain Java: equal seeds give equal vectors.
///
/// @param dim the width of a vector
/// @param window the most pieces looked at on each side; how many is drawn each time
/// @param negatives pieces drawn against each real one
/// @param epochs passes over the text
/// @param rate the learning rate at the beginning; it falls to nothing in a straight line
/// @param fewest pieces that occur less often get a vector of zeros
/// @param subsampling frequent pieces are passed over so that one of frequency f stays with
///     probability √(this/f)
/// @param seed draws everything that is random
public record PieceSpace(
        int dim, int window, int negatives, int epochs, double rate, int fewest, double subsampling, long seed) {
    public PieceSpace {
        if (dim < 1 || window < 1 || negatives < 1 || epochs < 1 || fewest < 1) {
            throw new IllegalArgumentException("dim, window, negatives, epochs and fewest must be at least 1, were "
                    + List.of(dim, window, negatives, epochs, fewest));
        }
        if (!(rate > 0 && rate < 1) || !(subsampling > 0)) {
            throw new IllegalArgumentException(
                    "rate lies in (0, 1) and subsampling above 0, were " + rate + " and " + subsampling);
        }
    }

    /// 64 numbers a piece, three passes: a minute for a few million tokens.
    public static PieceSpace standard(long seed) {
        return new PieceSpace(64, 5, 5, 3, 0.025, 5, 1e-3, seed);
    }

    /// Learns from tokenised documents.
    ///
    /// @param rows how many pieces there are; ids lie below
    /// @return `[rows, dim]`, zeros for pieces that are too rare; the enclosing scope's
    public Tensor learn(List<int[]> documents, int rows) {
        long[] counts = new long[rows];
        long total = 0;
        for (int[] document : documents) {
            for (int id : document) {
                if (id < 0 || id >= rows) {
                    throw new IllegalArgumentException(
                            "the text has piece " + id + ", the vocabulary 0 to " + (rows - 1));
                }
                counts[id]++;
            }
            total += document.length;
        }
        return Tensors.of(new Learning(documents, counts, total).vectors(), rows, dim);
    }

    private final class Learning {
        private final List<int[]> documents;
        private final long[] counts;
        private final long total;
        private final float[] in;
        private final float[] out;
        private final double[] cumulative;
        private final float[] change = new float[dim];
        private final SplitMix random = new SplitMix(seed, 0);

        Learning(List<int[]> documents, long[] counts, long total) {
            this.documents = documents;
            this.counts = counts;
            this.total = total;
            this.in = new float[counts.length * dim];
            this.out = new float[counts.length * dim];
            this.cumulative = new double[counts.length];
            double sum = 0;
            for (int id = 0; id < counts.length; id++) {
                sum += counts[id] < fewest ? 0 : Math.pow((double) counts[id], 0.75);
                cumulative[id] = sum;
            }
        }

        float[] vectors() {
            for (int i = 0; i < in.length; i++) {
                in[i] = counts[i / dim] < fewest ? 0 : (float) ((random.unit() - 0.5) / dim);
            }
            long seen = 0;
            int[] kept = new int[0];
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int[] document : documents) {
                    float step = (float) (rate * Math.max(1e-3, 1 - (double) seen / ((double) total * epochs)));
                    kept = kept.length < document.length ? new int[document.length] : kept;
                    int length = keep(document, kept);
                    for (int i = 0; i < length; i++) {
                        int reach = 1 + random.below(window);
                        for (int j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++) {
                            if (j != i) {
                                pair(kept[i], kept[j], step);
                            }
                        }
                    }
                    seen += document.length;
                }
            }
            return in;
        }

        /// Leaves rare pieces out, and frequent ones now and then. {@return how many are left}
        private int keep(int[] document, int[] kept) {
            int length = 0;
            for (int id : document) {
                if (counts[id] >= fewest
                        && random.unit() < Math.sqrt(subsampling * (double) total / (double) counts[id])) {
                    kept[length++] = id;
                }
            }
            return length;
        }

        private void pair(int word, int context, float step) {
            Arrays.fill(change, 0);
            pull(word, context, 1, step);
            for (int n = 0; n < negatives; n++) {
                int other = draw();
                if (other != context) {
                    pull(word, other, 0, step);
                }
            }
            for (int d = 0; d < dim; d++) {
                in[word * dim + d] += change[d];
            }
        }

        /// One logistic regression step towards `label`.
        private void pull(int word, int context, int label, float step) {
            int w = word * dim;
            int c = context * dim;
            float dot = 0;
            for (int d = 0; d < dim; d++) {
                dot += in[w + d] * out[c + d];
            }
            float gradient = (float) (label - 1 / (1 + StrictMath.exp(-dot))) * step;
            for (int d = 0; d < dim; d++) {
                change[d] += gradient * out[c + d];
                out[c + d] += gradient * in[w + d];
            }
        }

        private int draw() {
            double point = random.unit() * cumulative[cumulative.length - 1];
            int found = Arrays.binarySearch(cumulative, point);
            int id = found >= 0 ? found + 1 : -found - 1;
            return Math.min(id, cumulative.length - 1);
        }
    }
}
