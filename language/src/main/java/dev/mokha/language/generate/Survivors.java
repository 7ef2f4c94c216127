package dev.mokha.language.generate;

import java.util.Arrays;

/// The tokens that cuts have left, likeliest first, and the cuts as they are defined. Any cut leaves one token.
final class Survivors {
    private int[] ids = {};
    private double[] logits = {};

    /// `exp((logit − largest) · scale)`, after [#weigh].
    private double[] weights = {};

    private int count;

    /// Takes the tokens that were found in a row of logits, likeliest first.
    void take(LogitRow row, Largest found) {
        count = found.count();
        if (ids.length < count) {
            ids = new int[Math.max(64, Integer.highestOneBit(count) * 2)];
            logits = new double[ids.length];
            weights = new double[ids.length];
        }
        for (int i = 0; i < count; i++) {
            ids[i] = found.index(i);
            logits[i] = row.at(ids[i]);
        }
    }

    int count() {
        return count;
    }

    int id(int i) {
        return ids[i];
    }

    /// {@return the sum of the weights, of which the largest is 1}
    double weigh(double scale) {
        double total = 0;
        for (int i = 0; i < count; i++) {
            weights[i] = Math.exp((logits[i] - logits[0]) * scale);
            total += weights[i];
        }
        return total;
    }

    double logit(int i) {
        return logits[i];
    }

    double weight(int i) {
        return weights[i];
    }

    /// {@return Σ w · ln w; [#weigh] has been called}
    double weighted(double scale) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i] == 0 ? 0 : weights[i] * (logits[i] - logits[0]) * scale;
        }
        return sum;
    }

    void keep(int first) {
        count = Math.clamp(first, 1, count);
    }

    void topP(double p, double scale) {
        keep(reaching(p * weigh(scale)));
    }

    /// {@return how many of the first together weigh this much; one more than there are when all do not}
    int reaching(double weight) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
            if (sum >= weight) {
                return i + 1;
            }
        }
        return count + 1;
    }

    void minP(double p, double scale) {
        weigh(scale);
        while (count > 1 && weights[count - 1] < p) {
            count--;
        }
    }

    void topNSigma(double n) {
        double mean = Arrays.stream(logits, 0, count).average().orElseThrow();
        double variance = Arrays.stream(logits, 0, count)
                .map(logit -> (logit - mean) * (logit - mean))
                .average()
                .orElseThrow();
        double least = logits[0] - n * Math.sqrt(variance);
        while (count > 1 && logits[count - 1] < least) {
            count--;
        }
    }

    /// Keeps these places, rising.
    void keep(int[] places) {
        count = places.length;
        for (int i = 0; i < count; i++) {
            ids[i] = ids[places[i]];
            logits[i] = logits[places[i]];
        }
    }

    /// Cuts all but the least likely of those with at least the probability `threshold` off.
    void excludeTop(double threshold, double scale) {
        double total = weigh(scale);
        int top = 0;
        while (top < count && weights[top] >= threshold * total) {
            top++;
        }
        if (top > 1) {
            count -= top - 1;
            System.arraycopy(ids, top - 1, ids, 0, count);
            System.arraycopy(logits, top - 1, logits, 0, count);
        }
    }

    /// {@return which one `u` of the total falls on; [#weigh] has been called}
    int draw(double total, double u) {
        double left = u * total;
        int last = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }
}
