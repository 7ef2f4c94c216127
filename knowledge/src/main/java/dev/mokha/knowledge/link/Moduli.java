package dev.mokha.knowledge.link;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// Moduli of complex numbers whose gradient at 0 is 0.
final class Moduli {
    private Moduli() {}

    /// `√(re² + im²)`; a tiny number under the root keeps the gradient finite at 0, where float32 would
    /// divide by 0.
    static Tensor of(ComplEx.Complex numbers) {
        Tensor squares = numbers.re().square().add(numbers.im().square());
        return squares.add(squares.dtype() == DType.FLOAT64 ? 1e-200 : 1e-30).sqrt();
    }
}
