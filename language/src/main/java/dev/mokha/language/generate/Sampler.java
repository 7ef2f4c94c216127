package dev.mokha.language.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Chooses tokens from logits for one answer. Plain Java on an array; it knows neither model nor text.
///
/// Order, as in transformers: penalties, temperature, top-k, top-p, min-p, draw. Equal logits rank by id, the
/// smaller first.
public final class Sampler {
    private final Sampling sampling;
    private final List<Integer> ends;
    private final SplittableRandom random;
    private final Map<Integer, Integer> answered = new HashMap<>();
    private final Map<Integer, Integer> seen = new HashMap<>();
    private int count;

    /// @param prompt the prompt's ids, which the repetition penalty counts
    /// @param ends the ids that end a text; not chosen before the shortest length
    public Sampler(Sampling sampling, int[] prompt, List<Integer> ends) {
        this.sampling = sampling;
        this.ends = List.copyOf(ends);
        this.random = new SplittableRandom(sampling.seed());
        for (int id : prompt) {
            seen.merge(id, 1, Integer::sum);
        }
    }

    /// A chosen token.
    ///
    /// @param id the token
    /// @param logProb its log probability under the model: after the penalties' absence, before temperature
    ///     and cuts
    /// @param top the likeliest tokens by the same measure, as many as asked for
    public record Choice(int id, double logProb, List<Ranked> top) {}

    /// A token and its log probability.
    public record Ranked(int id, double logProb) {}

    /// Chooses the next token and remembers it.
    ///
    /// @param logits of every token; changed by this call
    public Choice choose(float[] logits) {
        double[] before = sampling.topLogProbs() > 0 ? logProbs(logits) : new double[0];
        if (count < sampling.minNewTokens()) {
            for (int end : ends) {
                if (end < logits.length) {
                    logits[end] = Float.NEGATIVE_INFINITY;
                }
            }
        }
        penalise(logits);
        int id = sampling.temperature() == 0 ? likeliest(logits) : draw(logits);
        count++;
        seen.merge(id, 1, Integer::sum);
        answered.merge(id, 1, Integer::sum);
        return before.length == 0
                ? new Choice(id, Double.NaN, List.of())
                : new Choice(id, before[id], top(before, sampling.topLogProbs()));
    }

    private void penalise(float[] logits) {
        var penalties = sampling.penalties();
        if (penalties.repetition() != 1) {
            for (int id : seen.keySet()) {
                if (id < logits.length) {
                    logits[id] = (float)
                            (logits[id] > 0
                                    ? logits[id] / penalties.repetition()
                                    : logits[id] * penalties.repetition());
                }
            }
        }
        if (penalties.presence() != 0 || penalties.frequency() != 0) {
            answered.forEach(
                    (id, times) -> logits[id] -= (float) (penalties.presence() + penalties.frequency() * times));
        }
    }

    static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                throw new IllegalArgumentException("the logit of token " + i
                        + " is not a number: the weights are broken, or overflow in this element type");
            }
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /// Draws from what the cuts leave.
    private int draw(float[] logits) {
        double largest = logits[likeliest(logits)];
        int[] ids = candidates(logits);
        double[] probs = new double[ids.length];
        double total = 0;
        for (int i = 0; i < ids.length; i++) {
            probs[i] = Math.exp((logits[ids[i]] - largest) / sampling.temperature());
            total += probs[i];
        }
        int kept = cut(probs, total);
        double left = 0;
        for (int i = 0; i < kept; i++) {
            left += probs[i];
        }
        double at = random.nextDouble() * left;
        for (int i = 0; i < kept - 1; i++) {
            at -= probs[i];
            if (at < 0) {
                return ids[i];
            }
        }
        return ids[kept - 1];
    }

    /// {@return how many of the probabilities, in falling order, top-p and min-p keep}
    /// @param total their sum
    private int cut(double[] probs, double total) {
        int kept = probs.length;
        if (sampling.topP() < 1) {
            double sum = 0;
            for (int i = 0; i < probs.length; i++) {
                sum += probs[i];
                if (sum >= sampling.topP() * total) {
                    kept = i + 1;
                    break;
                }
            }
        }
        while (kept > 1 && sampling.minP() > 0 && probs[kept - 1] < sampling.minP() * probs[0]) {
            kept--;
        }
        return kept;
    }

    /// {@return the ids that top-k keeps, likeliest first; without any cut, all of them in their own order}
    private int[] candidates(float[] logits) {
        if (sampling.topK() == 0 && sampling.topP() == 1 && sampling.minP() == 0) {
            return IntStream.range(0, logits.length).toArray();
        }
        int wanted = sampling.topK() == 0 ? logits.length : Math.min(sampling.topK(), logits.length);
        long[] keys = new long[logits.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(logits[i], i);
        }
        if (wanted < keys.length / 8) {
            keys = smallest(keys, wanted);
        }
        Arrays.sort(keys);
        int[] ids = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            ids[i] = (int) keys[i];
        }
        return ids;
    }

    /// A number that is smaller for larger logits, and for smaller ids among equal ones.
    private static long key(float logit, int id) {
        int bits = Float.floatToIntBits(logit + 0f);
        int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // as signed integers in the order of the floats
        return ((long) ~rising << 32) | id;
    }

    /// {@return the `wanted` smallest keys in no order, by a heap of them}
    private static long[] smallest(long[] keys, int wanted) {
        var heap = new PriorityQueue<Long>(wanted, Comparator.reverseOrder());
        for (long key : keys) {
            if (heap.size() < wanted) {
                heap.add(key);
            } else if (key < heap.element()) {
                heap.remove();
                heap.add(key);
            }
        }
        return heap.stream().mapToLong(Long::longValue).toArray();
    }

    private static double[] logProbs(float[] logits) {
        double largest = logits[likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double log = largest + Math.log(sum);
        double[] logProbs = new double[logits.length];
        for (int i = 0; i < logProbs.length; i++) {
            logProbs[i] = logits[i] - log;
        }
        return logProbs;
    }

    private static List<Ranked> top(double[] logProbs, int wanted) {
        long[] keys = new long[logProbs.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key((float) logProbs[i], i);
        }
        long[] best = smallest(keys, Math.min(wanted, keys.length));
        Arrays.sort(best);
        var top = new ArrayList<Ranked>();
        for (long key : best) {
            top.add(new Ranked((int) key, logProbs[(int) key]));
        }
        return top;
    }
}
