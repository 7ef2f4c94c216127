package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// What training makes small. Each loss is a scalar.
public final class Loss {
    /// The target that leaves a row out of the cross-entropy.
    public static final long IGNORED = -100;

    private Loss() {}

    /// Mean of `−log softmax(logits)[target]` over the rows whose target is not [#IGNORED].
    ///
    /// @param logits `[…, classes]`
    /// @param targets 64-bit integers `[…]`
    public static Tensor crossEntropy(Tensor logits, Tensor targets) {
        return crossEntropy(logits, targets, 0);
    }

    /// Cross-entropy against `(1 − smoothing) · target + smoothing / classes`,
    /// [Szegedy et al. 2015, §7](https://arxiv.org/abs/1512.00567).
    ///
    /// @param logits `[…, classes]`
    /// @param targets 64-bit integers `[…]`; [#IGNORED] leaves a row out
    public static Tensor crossEntropy(Tensor logits, Tensor targets, double smoothing) {
        return Functional.crossEntropy(logits.reshape(-1, logits.size(-1)), targets.reshape(-1), smoothing);
    }

    /// Mean of `(prediction − target)²`.
    ///
    /// @param prediction `[…]`
    /// @param target `[…]`, of the same shape
    public static Tensor meanSquared(Tensor prediction, Tensor target) {
        return prediction.sub(target).square().mean();
    }

    /// Mean of `−t log σ(x) − (1 − t) log(1 − σ(x))`, in a form that large `|x|` does not break, and
    /// whose gradient
    /// is right at 0 too: `(1 − t) x − log σ(x)`.
    ///
    /// @param logits `[…]`
    /// @param targets `[…]`, each in `[0, 1]`
    public static Tensor binaryCrossEntropy(Tensor logits, Tensor targets) {
        return logits.sub(logits.mul(targets))
                .sub(Functional.logSigmoid(logits))
                .mean();
    }

    /// Kullback-Leibler divergence `Σ p (log p − log q)`, summed over classes and averaged over rows.
    ///
    /// @param logP log-probabilities of the reference, `[…, classes]`
    /// @param logQ log-probabilities of the model, `[…, classes]`
    public static Tensor klDivergence(Tensor logP, Tensor logQ) {
        return logP.exp().mul(logP.sub(logQ)).sum(-1, false).mean();
    }
}
