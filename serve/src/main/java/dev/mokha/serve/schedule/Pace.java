package dev.mokha.serve.schedule;

/// How far prompts may slow down those who already read their answer: a step that decodes takes prompt tokens
/// only as long as the cost model says that it stays below a target time (the stall-free batches of
/// [Agrawal et al. 2024, §4](https://arxiv.org/abs/2403.02310), with a model in place of a fixed chunk).
///
/// @param cost of steps
/// @param targetNanos the time between two tokens that is aimed at
/// @param least prompt tokens that such a step takes whatever it costs, so that prompts go on
public record Pace(CostModel cost, long targetNanos, int least) {
    public Pace {
        if (targetNanos < 1 || least < 1) {
            throw new IllegalArgumentException(
                    "a pace aims at a nanosecond and a token at least, not " + targetNanos + " and " + least);
        }
    }

    /// {@return how many prompt tokens of `most` a step that decodes takes}
    ///
    /// @param step what it computes already
    /// @param from the prompt's first position that is not computed
    int chunk(StepShape step, int from, int most) {
        int low = Math.clamp((long) least - step.prefillTokens(), 0, most);
        int high = most;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (cost.nanos(step.withPrefill(from, middle)) <= targetNanos) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
