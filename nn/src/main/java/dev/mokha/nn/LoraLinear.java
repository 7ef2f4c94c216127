package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// A frozen projection with a trainable low-rank share: `y = x Wᵀ + b + scaling · (dropout(x) Aᵀ) Bᵀ`. See [LoRA].
public final class LoraLinear implements Projection {
    private final Linear base;
    private final Tensor a;
    private final Tensor b;
    private final double scaling;
    private final Dropout dropout;
    private @Nullable Tensor merged;

    LoraLinear(Linear base, Tensor a, Tensor b, double scaling, Dropout dropout) {
        this.base = base;
        this.a = a;
        this.b = b;
        this.scaling = scaling;
        this.dropout = dropout;
    }

    /// {@return `[…, out]`}
    /// @param x `[…, in]`
    @Override
    public Tensor forward(Tensor x) {
        if (merged != null) {
            return Functional.linear(x, merged, base.bias());
        }
        Tensor full = base.forward(x);
        Tensor narrow = Functional.linear(dropout.forward(x).to(a.dtype()), a, null); // […, rank]
        return full.add(Functional.linear(narrow, b, null).mul(scaling).to(full.dtype()));
    }

    @Override
    public Tensor weight() {
        return merged != null ? merged : base.weight();
    }

    @Override
    public @Nullable Tensor bias() {
        return base.bias();
    }

    /// Puts `W + scaling · B A` in place of the two steps: for use, and for export. The base weight is not written to,
    /// as it may be a mapped file.
    void merge() {
        if (merged == null) {
            try (var _ = Scope.open("LoRA merge")) {
                merged = mergedWeight().retain();
            }
        }
    }

    /// {@return `W + scaling · B A`, `[out, in]`}
    Tensor mergedWeight() {
        if (merged != null) {
            return merged;
        }
        try (var _ = Gradients.off()) {
            return base.weight().add(b.matmul(a).mul(scaling).to(base.weight().dtype()));
        }
    }

    /// Goes back to the frozen weight and the adapter, exactly as they were.
    void unmerge() {
        if (merged != null) {
            merged.close();
            merged = null;
        }
    }
}
