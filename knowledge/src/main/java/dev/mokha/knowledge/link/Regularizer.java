package dev.mokha.knowledge.link;

/// `weight · Σ |x|^power` over the numbers x of a fact's three vectors, the mean over a batch's facts: of
/// complex numbers their moduli.
///
/// Power 3 is N3, [Lacroix et al. 2018, §4](https://arxiv.org/abs/1806.07297); power 2 the usual L2, of the
/// vectors that a batch uses.
///
/// @param weight 0 for none
/// @param power 2 or 3
public record Regularizer(double weight, int power) {
    public Regularizer {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("a regulariser's weight is 0 or more, not " + weight);
        }
        if (power != 2 && power != 3) {
            throw new IllegalArgumentException("a regulariser has power 2 (L2) or 3 (N3), not " + power);
        }
    }

    /// No regularisation.
    public static Regularizer none() {
        return new Regularizer(0, 2);
    }

    /// N3 with a weight.
    public static Regularizer n3(double weight) {
        return new Regularizer(weight, 3);
    }

    /// L2 with a weight.
    public static Regularizer l2(double weight) {
        return new Regularizer(weight, 2);
    }
}
