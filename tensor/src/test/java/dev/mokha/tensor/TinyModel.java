package dev.mokha.tensor;

import java.util.Objects;

/// Two layers and gradient descent, written on the facade alone: what leak and memory tests run.
final class TinyModel implements AutoCloseable {
    private final Tensor first;
    private final Tensor second;
    private final Tensor x;
    private final Tensor targets;

    TinyModel(int width) {
        try (var rng = new Rng(1);
                var _ = Scope.open("model")) {
            first = rng.normal(0, 0.1, 4L * width, width).retain().requiresGrad(true);
            second = rng.normal(0, 0.1, width, 4L * width).retain().requiresGrad(true);
            x = rng.normal(0, 1, 16, width).retain();
            targets = rng.integers(0, width, 16).retain();
        }
    }

    /// One step; all that it makes is freed.
    double step() {
        try (var _ = Scope.open("step")) {
            Tensor hidden = Functional.silu(Functional.linear(x, first, null)); // [16, 4 width]
            Tensor logits = Functional.linear(hidden, second, null).add(x); // [16, width]
            Tensor loss = Functional.crossEntropy(logits, targets, 0);
            loss.backward();
            for (Tensor parameter : new Tensor[] {first, second}) {
                parameter.addInPlace(Objects.requireNonNull(parameter.grad()), -0.1);
                parameter.clearGrad();
            }
            return loss.item();
        }
    }

    @Override
    public void close() {
        first.close();
        second.close();
        x.close();
        targets.close();
    }
}
