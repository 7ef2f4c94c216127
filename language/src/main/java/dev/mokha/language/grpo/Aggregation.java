package dev.mokha.language.grpo;

import java.util.Arrays;

/// How the losses of tokens become one: a weight for each token, which depends on its completion alone.
public enum Aggregation {
    /// The mean over a completion's tokens, then over completions, as in
    /// [Shao et al. 2024, equation 3](https://arxiv.org/abs/2402.03300): a token of a long completion
    /// counts less.
    SEQUENCE,
    /// The mean over all tokens, [Yu et al. 2025, equation 8](https://arxiv.org/abs/2503.14476).
    TOKEN,
    /// The sum over a completion's tokens over the longest length there can be, then the mean over completions,
    /// [Liu et al. 2025](https://arxiv.org/abs/2503.20783): of the three the only one that does not depend on
    /// how long the completions are.
    CONSTANT;

    /// {@return how much each token of each completion counts}
    /// @param counts how many tokens of each completion are learned from; may be 0
    /// @param longest the longest length there can be
    double[] tokenWeights(int[] counts, int longest) {
        double all = weight(counts);
        return Arrays.stream(counts)
                .mapToDouble(count -> switch (this) {
                    case SEQUENCE -> 1 / (all * Math.max(1, count));
                    case TOKEN -> 1 / all;
                    case CONSTANT -> 1 / (all * longest);
                })
                .toArray();
    }

    /// {@return how much a batch counts beside others of a step: its completions, or its tokens}
    double weight(int[] counts) {
        return this == TOKEN ? Math.max(1, Arrays.stream(counts).sum()) : counts.length;
    }
}
