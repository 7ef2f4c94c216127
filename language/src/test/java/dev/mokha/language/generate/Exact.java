package dev.mokha.language.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The definitions in loops over doubles: probabilities that a chain draws with.
final class Exact {
    private Exact() {}

    /// {@return softmax at a temperature; 0 where the logit is −∞}
    static double[] softmax(double[] logits, double temperature) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] probs = Arrays.stream(logits)
                .map(logit -> Math.exp((logit - largest) / temperature))
                .toArray();
        return normalised(probs);
    }

    static double[] normalised(double[] weights) {
        double total = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / total).toArray();
    }

    /// {@return the ids by falling probability, of equal ones the smaller first}
    static List<Integer> ranking(double[] probs) {
        return IntStream.range(0, probs.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -probs[i]))
                .toList();
    }

    static double[] only(double[] probs, List<Integer> kept) {
        double[] left = new double[probs.length];
        kept.forEach(i -> left[i] = probs[i]);
        return normalised(left);
    }

    static double[] topK(double[] probs, int k) {
        return only(probs, ranking(probs).subList(0, Math.min(k, probs.length)));
    }

    static double[] topP(double[] probs, double p) {
        return only(probs, prefix(ranking(probs), probs, p));
    }

    static double[] minP(double[] probs, double p) {
        double largest = Arrays.stream(probs).max().orElseThrow();
        return only(
                probs,
                IntStream.range(0, probs.length)
                        .filter(i -> probs[i] >= p * largest)
                        .boxed()
                        .toList());
    }

    static double[] typical(double[] probs, double p) {
        double entropy = Arrays.stream(probs)
                .filter(prob -> prob > 0)
                .map(prob -> -prob * Math.log(prob))
                .sum();
        List<Integer> order = IntStream.range(0, probs.length)
                .filter(i -> probs[i] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> Math.abs(-Math.log(probs[i]) - entropy)))
                .toList();
        return only(probs, prefix(order, probs, p));
    }

    private static List<Integer> prefix(List<Integer> order, double[] probs, double p) {
        List<Integer> kept = new ArrayList<>();
        double sum = 0;
        for (int i : order) {
            if (sum < p) {
                kept.add(i);
                sum += probs[i];
            }
        }
        return kept;
    }

    static double[] topNSigma(double[] logits, double n) {
        double[] finite = Arrays.stream(logits).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(finite).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(finite)
                .map(logit -> (logit - mean) * (logit - mean))
                .average()
                .orElseThrow());
        double least = Arrays.stream(logits).max().orElseThrow() - n * deviation;
        return softmax(
                Arrays.stream(logits)
                        .map(logit -> logit >= least ? logit : Double.NEGATIVE_INFINITY)
                        .toArray(),
                1);
    }

    /// All but the least likely of those that reach the threshold go.
    static double[] xtc(double[] probs, double threshold) {
        List<Integer> top =
                ranking(probs).stream().filter(i -> probs[i] >= threshold).toList();
        List<Integer> kept = new ArrayList<>(ranking(probs));
        if (top.size() > 1) {
            kept.removeAll(top.subList(0, top.size() - 1));
        }
        return only(probs, kept);
    }

    /// DRY by its definition: for each token, the longest repetition that it would lengthen.
    static double dry(Dry dry, int[] tokens, int token) {
        int from = dry.window() == 0 ? 0 : Math.max(0, tokens.length - dry.window());
        int[] seen = Arrays.copyOfRange(tokens, from, tokens.length);
        int limit = seen.length;
        for (int since = seen.length; since >= 0; since--) {
            for (List<Integer> breaker : dry.breakers()) {
                int begin = seen.length - since - breaker.size();
                if (begin >= 0
                        && Arrays.stream(seen, begin, seen.length - since)
                                .boxed()
                                .toList()
                                .equals(breaker)) {
                    limit = since; // the last one found is the latest
                }
            }
        }
        int longest = 0;
        for (int at = 0; at < seen.length; at++) {
            if (seen[at] == token) {
                int length = 0;
                while (length < at && length < limit && seen[at - 1 - length] == seen[seen.length - 1 - length]) {
                    length++;
                }
                longest = Math.max(longest, length);
            }
        }
        boolean penalised = longest >= dry.allowedLength() && !dry.breakers().contains(List.of(token));
        return penalised ? dry.multiplier() * Math.pow(dry.base(), longest - dry.allowedLength()) : 0;
    }
}
