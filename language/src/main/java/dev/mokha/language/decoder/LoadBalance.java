package dev.mokha.language.decoder;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The loss that keeps experts evenly busy, [Fedus et al. 2021, §2.2](https://arxiv.org/abs/2101.03961), as
/// transformers computes it over all layers of a pass: `N Σ_e f_e P_e`, with N experts, `f_e` how many of the
/// tokens (of each layer) chose expert e, and `P_e` its mean probability. It is `numExpertsPerTok` when all
/// are equally busy. Padding does not count.
final class LoadBalance {
    private final int experts;
    private final @Nullable Tensor real;
    private @Nullable Tensor chosen;
    private @Nullable Tensor probs;
    private double rows;

    /// @param attentionMask `[batch, time]`, 0 for padding; null for none
    LoadBalance(int experts, @Nullable Tensor attentionMask) {
        this.experts = experts;
        this.real = attentionMask == null ? null : attentionMask.reshape(-1, 1); // [tokens, 1]
    }

    /// Adds a layer.
    void add(Router.Routes routes) {
        DType dtype = routes.probs().dtype();
        Tensor numbers = Tensors.range(0, experts, routes.probs().device());
        Tensor each = routes.chosen()
                .unsqueeze(-1)
                .eq(numbers) // [tokens, chosen, experts]
                .to(dtype)
                .sum(1, false); // [tokens, experts]
        Tensor weighed = routes.probs();
        if (real != null) {
            Tensor mask = real.to(routes.probs().device()).to(dtype);
            each = each.mul(mask);
            weighed = weighed.mul(mask);
            rows += mask.sum().item();
        } else {
            rows += weighed.size(0);
        }
        chosen = sum(chosen, each.sum(0, false));
        probs = sum(probs, weighed.sum(0, false));
    }

    private static Tensor sum(@Nullable Tensor before, Tensor more) {
        return before == null ? more : before.add(more);
    }

    /// {@return the loss, a scalar}
    /// @throws NullPointerException when no layer was added
    Tensor loss() {
        Tensor assigned = Objects.requireNonNull(chosen, "no layer has experts").div(rows);
        return assigned.mul(Objects.requireNonNull(probs).div(rows)).sum().mul(experts);
    }
}
