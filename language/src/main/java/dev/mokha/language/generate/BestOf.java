package dev.mokha.language.generate;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The best of several answers to one prompt: those of the highest log probability, summed over the tokens,
/// as the completions API does it. The `i`-th answer is drawn with [Sampling#sample], and reports its tokens'
/// log probabilities.
public final class BestOf {
    private BestOf() {}

    /// {@return the numbers of the `n` best answers, the best first; of equal ones the first}
    /// @param logProbs of each answer, over its tokens
    public static List<Integer> choose(int n, List<double[]> logProbs) {
        if (n < 1 || n > logProbs.size()) {
            throw new IllegalArgumentException(
                    "the best " + n + " of " + logProbs.size() + " answers: n lies in [1, best-of]");
        }
        double[] sums = logProbs.stream().mapToDouble(BestOf::sum).toArray();
        return IntStream.range(0, sums.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -sums[i]))
                .limit(n)
                .toList();
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
