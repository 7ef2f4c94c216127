package dev.mokha.language.reward;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// What a reward model makes small: `−log σ(r(w) − r(l) − m) + c (r(w) + r(l))²` with `w` the better answer,
/// `l` the worse one, and `m` how much better it was found, where that is known.
///
/// The first part is the likelihood of the choice under
/// [Bradley and Terry 1952](https://doi.org/10.2307/2334029), as in
/// [Ouyang et al. 2022, equation 1](https://arxiv.org/abs/2203.02155); the margin is that of
/// [Touvron et al. 2023, equation 2](https://arxiv.org/abs/2307.09288). It does not say where 0 is; the
/// second part holds the mean near it,
/// [Eisenstein et al. 2023, equation 2](https://arxiv.org/abs/2312.09244).
///
/// @param centering `c`; 0 for none, and 0.01 is usual. TRL's `center_rewards_coefficient`
public record BradleyTerry(double centering) {
    public BradleyTerry {
        if (!(centering >= 0) || Double.isInfinite(centering)) {
            throw new IllegalArgumentException("the centring coefficient is 0 or more, not " + centering);
        }
    }

    /// Computes the loss of each pair; all tensors are `[pairs]`.
    ///
    /// @param chosen scores of the better answers
    /// @param rejected those of the worse ones
    /// @param margins how much better, 0 where that is not known
    public Tensor of(Tensor chosen, Tensor rejected, Tensor margins) {
        Tensor choice = Functional.logSigmoid(chosen.sub(rejected).sub(margins)).neg();
        return centering == 0
                ? choice
                : choice.add(chosen.add(rejected).square().mul(centering));
    }
}
