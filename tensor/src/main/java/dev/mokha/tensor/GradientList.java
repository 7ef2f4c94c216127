package dev.mokha.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.jspecify.annotations.Nullable;

/// The gradients of a fixed list of parameters, handled together in one native call each.
public final class GradientList {
    private static final Script SCRIPT = new Script("""
            def norm(grads: List[Tensor]) -> float:
                return float(torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads))))

            def scale(grads: List[Tensor], factor: float):
                torch._foreach_mul_(grads, factor)

            def clamp(grads: List[Tensor], bound: float):
                torch._foreach_clamp_min_(grads, -bound)
                torch._foreach_clamp_max_(grads, bound)
            """);
    private static final Function NORM = SCRIPT.function("norm");
    private static final Function SCALE = SCRIPT.function("scale");
    private static final Function CLAMP = SCRIPT.function("clamp");

    private final List<Tensor> parameters;

    /// @param parameters leaves that ask for gradients, all on one device; they stay the caller's
    public GradientList(List<Tensor> parameters) {
        if (parameters.isEmpty()) {
            throw new IllegalArgumentException("there is no parameter whose gradient could be looked at");
        }
        this.parameters = List.copyOf(parameters);
    }

    /// {@return the Euclidean norm of all gradients together, as if they were one vector; 0 when there is none}
    public double norm() {
        try (var _ = Scope.open("gradients");
                var _ = Gradients.off()) {
            IValue list = list();
            if (list == null) {
                return 0;
            }
            try (list) {
                return NORM.apply(new IValueVector(list)).toDouble();
            }
        }
    }

    /// Multiplies every gradient.
    public void scale(double factor) {
        call(SCALE, factor);
    }

    /// Limits every element of every gradient to `[-bound, bound]`.
    public void clamp(double bound) {
        call(CLAMP, bound);
    }

    /// Forgets every gradient.
    public void clear() {
        try (var _ = Scope.open("gradients")) {
            parameters.forEach(Tensor::clearGrad);
        }
    }

    private void call(Function function, double argument) {
        try (var _ = Scope.open("gradients");
                var _ = Gradients.off()) {
            IValue list = list();
            if (list != null) {
                try (list) {
                    function.apply(new IValueVector(list, new IValue(argument)));
                }
            }
        }
    }

    private @Nullable IValue list() {
        List<Tensor> grads = new ArrayList<>();
        for (Tensor parameter : parameters) {
            Tensor grad = parameter.grad();
            if (grad != null) {
                grads.add(grad);
            }
        }
        return grads.isEmpty() ? null : Script.list(grads);
    }
}
