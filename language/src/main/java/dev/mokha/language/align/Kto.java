package dev.mokha.language.align;

import dev.mokha.tensor.Tensor;

/// Kahneman-Tversky optimisation, which learns from answers that were rated one by one,
/// [Ethayarajh et al. 2024, equation 7](https://arxiv.org/abs/2402.01306): with
/// `r(y) = log π(y|x) − log ρ(y|x)` the loss is `λ_D (1 − σ(β (r(y) − z₀)))` of a good answer and
/// `λ_U (1 − σ(β (z₀ − r(y))))` of a bad one.
///
/// The reference point `z₀ = max(0, mean of r(y′))` stands for `KL(π‖ρ)`. It is measured on the mismatched
/// answers `y′` of a batch, each the answer to another prompt of the batch, in nats and without β; no
/// gradient passes through it. As in TRL 1.x.
///
/// @param beta how far the model may move
/// @param desirableWeight the paper's `λ_D`
/// @param undesirableWeight the paper's `λ_U`
public record Kto(double beta, double desirableWeight, double undesirableWeight) {
    /// Up to which the paper lets `λ_D n_D` exceed `λ_U n_U`; they should at least be equal.
    private static final double HIGHEST_BALANCE = 4.0 / 3;

    public Kto {
        Positive.require("beta", beta);
        Positive.require("the weight of good answers", desirableWeight);
        Positive.require("the weight of bad answers", undesirableWeight);
    }

    /// {@return the weights 1 and 1}
    public static Kto of(double beta) {
        return new Kto(beta, 1, 1);
    }

    /// Computes the loss of each answer.
    ///
    /// @param ratios `r(y)`, `[answers]`
    /// @param kinds 1 for a good answer and -1 for a bad one, `[answers]`
    /// @param point `z₀`
    /// @return `[answers]`
    Tensor of(Tensor ratios, Tensor kinds, double point) {
        // kinds (λ_D - λ_U) / 2 + (λ_D + λ_U) / 2 is each answer's weight
        Tensor weights =
                kinds.mul((desirableWeight - undesirableWeight) / 2).add((desirableWeight + undesirableWeight) / 2);
        return ratios.sub(point).mul(kinds).mul(-beta).sigmoid().mul(weights); // 1 - σ(x) = σ(-x)
    }

    /// {@return whether the two kinds have about the same say, equation 8: `λ_D n_D / (λ_U n_U)` from 1 to 4/3}
    public boolean isBalanced(long desirable, long undesirable) {
        double balance = desirableWeight * desirable / (undesirableWeight * undesirable);
        return balance >= 1 && balance <= HIGHEST_BALANCE;
    }
}
