package dev.mokha.language.grpo;

/// How much better a completion is than the others of its prompt:
/// `(r − mean(r)) / (std(r) + 1e-4)` over the group,
/// [Shao et al. 2024, §4.1.1](https://arxiv.org/abs/2402.03300). The deviation is the sample's, and the small
/// number beside it is TRL's; the paper says neither.
final class Advantages {
    private static final double EPSILON = 1e-4;

    /// Below this a group's rewards are equal but for rounding.
    private static final double NOTHING = 1e-8;

    private Advantages() {}

    /// {@return the advantages, those of a group summing to 0; all 0 where a group's rewards are equal}
    /// @param rewards group after group
    /// @param group how many completions a prompt has
    /// @param scaled whether to divide by the deviation; without, as
    ///     [Liu et al. 2025](https://arxiv.org/abs/2503.20783) advise, easy and hard prompts count alike
    static double[] of(double[] rewards, int group, boolean scaled) {
        double[] advantages = new double[rewards.length];
        for (int from = 0; from < rewards.length; from += group) {
            double mean = mean(rewards, from, group);
            double deviation = deviation(rewards, from, group);
            if (deviation > NOTHING) {
                for (int i = from; i < from + group; i++) {
                    advantages[i] = (rewards[i] - mean) / (scaled ? deviation + EPSILON : 1);
                }
            }
        }
        return advantages;
    }

    /// {@return how many groups have equal rewards, from which nothing can be learned}
    static int equalGroups(double[] rewards, int group) {
        int equal = 0;
        for (int from = 0; from < rewards.length; from += group) {
            equal += deviation(rewards, from, group) > NOTHING ? 0 : 1;
        }
        return equal;
    }

    private static double mean(double[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return sum / count;
    }

    /// {@return the sample's standard deviation; 0 of one value}
    static double deviation(double[] values, int from, int count) {
        if (count < 2) {
            return 0;
        }
        double mean = mean(values, from, count);
        double squares = 0;
        for (int i = from; i < from + count; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
        return Math.sqrt(squares / (count - 1));
    }
}
