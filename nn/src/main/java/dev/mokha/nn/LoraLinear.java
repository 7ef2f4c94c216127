package dev.mokha.nn;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A frozen projection with a trainable low-rank share, see [LoRA]: `y = W x + b + s · B A dropout(x)`.
///
/// With a magnitude `m` it is DoRA, [Liu et al. 2024, eq. 5](https://arxiv.org/abs/2402.09353):
/// `y = m / ‖V‖ · V x + b` with `V = W + s · B A`, row by row in our layout (columns in the paper's), and as
/// in its equation 11 no gradient passes through the norm. Dropout is as in the authors' code and PEFT: `W`
/// acts on all of `x`, and what the adapter adds to it, `(m / ‖V‖ − 1) W + m / ‖V‖ · s · B A`, on
/// `dropout(x)`.
public final class LoraLinear implements Projection {
    static final String A = "lora_A.weight";
    static final String B = "lora_B.weight";
    static final String MAGNITUDE = "lora_magnitude_vector";

    private final Linear base;
    private final LowRank product;
    private final @Nullable Tensor magnitude;
    private @Nullable Tensor merged;
    private boolean on = true;

    /// The low-rank product `s · B A`.
    ///
    /// @param a `[rank, in]`
    /// @param b `[out, rank]`
    record LowRank(Tensor a, Tensor b, double scaling, Dropout dropout) {
        /// @param x `[…, in]`
        /// @return `[…, out]`
        Tensor forward(Tensor x) {
            Tensor narrow = Functional.linear(x.to(a.dtype()), a, null); // […, rank]
            return Functional.linear(narrow.mul(scaling), b, null);
        }
    }

    /// @param magnitude `[out]`, or null for LoRA
    LoraLinear(Linear base, LowRank product, @Nullable Tensor magnitude) {
        this.base = base;
        this.product = product;
        this.magnitude = magnitude;
    }

    /// {@return `[…, out]`}
    /// @param x `[…, in]`
    @Override
    public Tensor forward(Tensor x) {
        if (!on) {
            return base.forward(x);
        }
        if (merged != null) {
            return Functional.linear(x, merged, base.bias());
        }
        Tensor dropped = product.dropout.forward(x);
        if (magnitude == null) {
            return sum(base.forward(x), product.forward(dropped));
        }
        return decomposed(x, dropped, magnitude.div(norms()));
    }

    /// @param ratio `m / ‖V‖`, `[out]`: near 1, so it stays in its own type; bfloat16 has 3 digits
    private Tensor decomposed(Tensor x, Tensor dropped, Tensor ratio) {
        Tensor turned = Functional.linear(dropped, base.weight(), null); // […, out]
        Tensor low = product.forward(dropped);
        DType dtype = turned.dtype();
        Tensor y;
        if (product.dropout.isActive()) {
            Tensor full = Functional.linear(x, base.weight(), null);
            y = full.add(turned.mul(ratio.sub(1))).add(low.mul(ratio));
        } else {
            y = sum(turned, low).mul(ratio);
        }
        Tensor bias = base.bias();
        return (bias == null ? y : y.add(bias)).to(dtype);
    }

    /// `full + low` in the type of `full`. Both are let go of at once: no gradient needs them, and held until
    /// the step ends, as all that it makes, they would be most of its memory.
    private static Tensor sum(Tensor full, Tensor low) {
        Tensor sum = full.add(low.to(full.dtype()));
        full.close();
        low.close();
        return sum;
    }

    /// `‖W + s · B A‖` of each row, without that sum ever lying in memory:
    /// `‖w‖² + 2 s b · (A w) + s² b · (A Aᵀ b)`.
    ///
    /// Gradients do not pass. They are not switched off, as autocast would then keep copies of `A` and `B`
    /// without history and use them again.
    ///
    /// @return `[out]`
    private Tensor norms() {
        Tensor a = product.a.detach();
        Tensor b = product.b.detach();
        try (var _ = Autocast.off(a.device())) {
            Tensor w = base.weight().detach().to(a.dtype());
            Tensor cross = b.mul(w.matmul(a.transpose(0, 1))).sum(1, false);
            Tensor own = b.mul(b.matmul(a.matmul(a.transpose(0, 1)))).sum(1, false);
            double s = product.scaling;
            Tensor squares = w.square(); // as large as the weight, so not kept
            Tensor lengths = squares.sum(1, false);
            squares.close();
            return lengths.addScaled(cross, 2 * s).addScaled(own, s * s).sqrt();
        }
    }

    /// Sets the magnitude to the norms of the rows as they are.
    void beginAtTheBase() {
        if (magnitude != null) {
            try (var _ = Scope.open("DoRA magnitude");
                    var _ = Gradients.off()) {
                magnitude.copyInPlace(norms());
            }
        }
    }

    @Override
    public Tensor weight() {
        return merged != null ? merged : base.weight();
    }

    @Override
    public @Nullable Tensor bias() {
        return base.bias();
    }

    /// {@return the names of the adapter's tensors below the projection's path, which are PEFT's}
    List<String> parts() {
        return magnitude == null ? List.of(A, B) : List.of(A, B, MAGNITUDE);
    }

    boolean drops() {
        return product.dropout.p() > 0;
    }

    /// Switches the adapter on and off: off, the frozen projection alone is left.
    void on(boolean on) {
        this.on = on;
    }

    /// Puts the adapted weight in place of the two steps: for use, and for export. The base weight is not
    /// written to, as it may be a mapped file.
    void merge() {
        if (merged == null) {
            try (var _ = Scope.open("LoRA merge")) {
                merged = mergedWeight().retain();
            }
        }
    }

    /// {@return `W + s · B A`, for DoRA `m / ‖W + s · B A‖` times that, `[out, in]`}
    Tensor mergedWeight() {
        if (merged != null) {
            return merged;
        }
        try (var _ = Gradients.off();
                var _ = Autocast.off(product.a.device())) {
            Tensor change = product.b.matmul(product.a).mul(product.scaling);
            Tensor w = base.weight();
            if (magnitude == null) {
                return w.add(change.to(w.dtype()));
            }
            Tensor ratio = magnitude.div(norms()).unsqueeze(1);
            return w.to(change.dtype()).add(change).mul(ratio).to(w.dtype());
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
