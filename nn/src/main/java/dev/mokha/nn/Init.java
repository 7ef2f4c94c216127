package dev.mokha.nn;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;

/// How a fresh parameter begins. Draws are float32 on the processor, so every device begins with equal weights.
public sealed interface Init {
    /// Every element is `value`.
    record Constant(double value) implements Init {}

    /// Elements are drawn from the normal distribution with mean 0.
    record Normal(double std) implements Init {
        public Normal {
            requirePositive("std", std);
        }
    }

    /// Elements are drawn from the normal distribution with mean 0; what falls beyond two deviations is
    /// drawn again.
    record TruncatedNormal(double std) implements Init {
        public TruncatedNormal {
            requirePositive("std", std);
        }
    }

    /// Elements are drawn uniformly from `[−bound, bound)`.
    record Uniform(double bound) implements Init {
        public Uniform {
            requirePositive("bound", bound);
        }
    }

    /// Uniform in `±√(6 / (fanIn + fanOut))`,
    /// [Glorot & Bengio 2010, eq. 16](https://proceedings.mlr.press/v9/glorot10a.html).
    record XavierUniform() implements Init {}

    /// Uniform in `±gain · √(3 / fanIn)`, [He et al. 2015, §2.2](https://arxiv.org/abs/1502.01852); gain √2
    /// suits ReLU, and `1/√3` is what `torch.nn.Linear` and `Conv2d` begin with.
    record KaimingUniform(double gain) implements Init {
        public KaimingUniform {
            requirePositive("gain", gain);
        }
    }

    /// {@return all zeros}
    static Init zeros() {
        return new Constant(0);
    }

    /// {@return all ones}
    static Init ones() {
        return new Constant(1);
    }

    /// {@return normal draws with mean 0 and this standard deviation}
    static Init normal(double std) {
        return new Normal(std);
    }

    /// {@return normal draws with mean 0 and this standard deviation, none beyond twice it}
    static Init truncatedNormal(double std) {
        return new TruncatedNormal(std);
    }

    /// {@return what `torch.nn.Linear` and `torch.nn.Conv2d` begin with: uniform in `±1/√fanIn`}
    static Init torch() {
        return new KaimingUniform(1 / Math.sqrt(3));
    }

    /// {@return a float32 tensor on the processor}
    /// @param shape `[out, in, kernel…]` where the fans matter
    default Tensor draw(Rng rng, long... shape) {
        return switch (this) {
            case Constant(double value) -> Tensors.full(value, DType.FLOAT32, Device.CPU, shape);
            case Normal(double std) -> rng.normal(0, std, shape);
            case TruncatedNormal(double std) -> truncated(rng, shape).mulInPlace(std);
            case Uniform(double bound) -> rng.uniform(-bound, bound, shape);
            case XavierUniform() -> {
                double bound = Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)));
                yield rng.uniform(-bound, bound, shape);
            }
            case KaimingUniform(double gain) -> {
                double bound = gain * Math.sqrt(3.0 / fanIn(shape));
                yield rng.uniform(-bound, bound, shape);
            }
        };
    }

    private static Tensor truncated(Rng rng, long[] shape) {
        Tensor drawn = rng.normal(0, 1, shape);
        Tensor beyond = drawn.abs().gt(2);
        while (beyond.any()) { // one in 22 each time
            drawn = Tensors.where(beyond, rng.normal(0, 1, shape), drawn);
            beyond = drawn.abs().gt(2);
        }
        return drawn;
    }

    private static long fanIn(long[] shape) {
        if (shape.length < 2) {
            throw new IllegalArgumentException(
                    "an initialisation by fans needs at least 2 dimensions, not " + Arrays.toString(shape));
        }
        long fan = 1;
        for (int i = 1; i < shape.length; i++) {
            fan *= shape[i];
        }
        return fan;
    }

    private static long fanOut(long[] shape) {
        return shape[0] * fanIn(shape) / shape[1];
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(name + " must be positive, was " + value);
        }
    }
}
