package dev.mokha.nn;

import dev.mokha.tensor.Tensor;

/// Dropout, [Srivastava et al. 2014](https://jmlr.org/papers/v15/srivastava14a.html): in training each
/// element is zero with probability `p`, and the others are divided by `1 − p`. It draws from the [Params]
/// tree's stream.
public final class Dropout {
    private final double p;
    private final Params params;

    Dropout(double p, Params params) {
        if (!(p >= 0 && p < 1)) {
            throw new IllegalArgumentException("dropout needs a probability in [0, 1), not " + p);
        }
        this.p = p;
        this.params = params;
    }

    /// {@return the probability}
    double p() {
        return p;
    }

    /// {@return whether it changes anything now: `p` is above 0 and the tree is in training mode}
    public boolean isActive() {
        return p > 0 && params.mode() == Mode.TRAIN;
    }

    /// {@return `[…]`, shaped like the input}
    /// @param x `[…]`
    public Tensor forward(Tensor x) {
        if (!isActive()) {
            return x;
        }
        Tensor kept = params.rng().bernoulli(1 - p, x.shape());
        return x.mul(kept.mulInPlace(1 / (1 - p)).to(x.device()).to(x.dtype()));
    }
}
