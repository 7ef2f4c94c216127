package dev.mokha.language.grpo;

import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// What is made small, [Shao et al. 2024, equations 3 and 4](https://arxiv.org/abs/2402.03300). Of a token with
/// the ratio `ρ = π/π_old` and its completion's advantage A
///
/// `−min(ρ A, clip(ρ, 1 − ε, 1 + ε_high) A) + β (π_ref/π − log(π_ref/π) − 1)`
///
/// aggregated over tokens and completions.
///
/// @param epsilon how far a token may become less likely in one set of completions before it stops to count
/// @param epsilonHigh how far it may become more likely: the same in the paper, more in DAPO
/// @param beta the weight of the divergence from the reference; 0 leaves the reference out
/// @param aggregation how tokens are put together
/// @param scaled whether advantages are divided by their group's standard deviation
/// @param maskTruncated whether completions that were cut at the longest length are not learned from
public record Objective(
        double epsilon,
        double epsilonHigh,
        double beta,
        Aggregation aggregation,
        boolean scaled,
        boolean maskTruncated) {
    public Objective {
        if (!(epsilon > 0 && epsilon < 1) || !(epsilonHigh > 0) || Double.isInfinite(epsilonHigh)) {
            throw new IllegalArgumentException(
                    "epsilon lies between 0 and 1, the upper one above 0; were " + epsilon + " and " + epsilonHigh);
        }
        if (!(beta >= 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("beta must be 0 (no reference) or above, was " + beta);
        }
    }

    /// As in DeepSeekMath: ε 0.2, β 0.04.
    public static Objective deepSeekMath() {
        return new Objective(0.2, 0.2, 0.04, Aggregation.SEQUENCE, true, false);
    }

    /// {@return whether a frozen model is needed}
    public boolean hasReference() {
        return beta > 0;
    }

    /// What the tokens of completions are judged by, all `[tokens]`.
    ///
    /// @param advantages of each token's completion
    /// @param weights how much each token counts
    /// @param old log-probabilities under the model that drew the tokens
    /// @param reference log-probabilities under the frozen model; null without one
    public record Judged(
            Tensor advantages,
            Tensor weights,
            Tensor old,
            @Nullable Tensor reference) {}

    /// The loss, and what it is made of, all but the loss `[tokens]`.
    ///
    /// @param loss a scalar
    /// @param kl the divergence from the reference; null without one
    /// @param clippedLow whether a token has become too unlikely to be pushed further down
    /// @param clippedHigh whether a token has become too likely to be pushed further up
    public record Terms(Tensor loss, @Nullable Tensor kl, Tensor clippedLow, Tensor clippedHigh) {}

    /// Computes the loss.
    ///
    /// @param logProbs of the tokens under the model that learns, `[tokens]`
    public Terms of(Tensor logProbs, Judged judged) {
        Tensor ratio = logProbs.sub(judged.old).exp();
        Tensor advantages = judged.advantages;
        Tensor clipped = ratio.clamp(1 - epsilon, 1 + epsilonHigh);
        Tensor losses = ratio.mul(advantages).minimum(clipped.mul(advantages)).neg();
        @Nullable Tensor kl = null;
        if (judged.reference != null) {
            Tensor apart = judged.reference.sub(logProbs);
            kl = apart.exp().sub(apart).sub(1);
            losses = losses.add(kl.mul(beta));
        }
        return new Terms(
                losses.mul(judged.weights).sum(),
                kl,
                ratio.lt(1 - epsilon).and(advantages.lt(0)),
                ratio.gt(1 + epsilonHigh).and(advantages.gt(0)));
    }
}
