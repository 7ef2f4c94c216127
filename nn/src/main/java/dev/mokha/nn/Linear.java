package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// `y = x Wᵀ + b`, with the parameter names of `torch.nn.Linear`.
///
/// @param weight `[out, in]`
/// @param bias `[out]`, or null for none
public record Linear(Tensor weight, @Nullable Tensor bias) implements Projection {
    /// A projection without bias, such as a head that shares the embedding's table.
    public Linear(Tensor weight) {
        this(weight, null);
    }

    /// {@return `[…, out]`}
    /// @param x `[…, in]`
    @Override
    public Tensor forward(Tensor x) {
        return Functional.linear(x, weight, bias);
    }
}
