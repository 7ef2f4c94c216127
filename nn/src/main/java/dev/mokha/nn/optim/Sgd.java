package dev.mokha.nn.optim;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import java.util.Objects;

/// Stochastic gradient descent with momentum
/// ([Sutskever et al. 2013](https://proceedings.mlr.press/v28/sutskever13.html)), in PyTorch's form; for
/// gradient g and rate η:
///
/// ```
/// g ← g + λ θ
/// b ← g at the first step, then μ b + g
/// θ ← θ − η (g + μ b)   with Nesterov's step
/// θ ← θ − η b           without
/// ```
public final class Sgd implements Optimizer {
    private final Config config;
    private final Moments moments;
    private final Map<String, Tensor> buffers;

    /// The constants of the update.
    ///
    /// @param momentum μ, in [0, 1)
    /// @param nesterov whether the step looks ahead
    /// @param weightDecay λ, added to the gradient
    public record Config(double momentum, boolean nesterov, double weightDecay) {
        public Config {
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("momentum lies in [0, 1), not " + momentum);
            }
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("Nesterov's step needs a momentum above 0");
            }
            if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
                throw new IllegalArgumentException("weightDecay must be 0 or more, was " + weightDecay);
            }
        }

        /// No momentum, no decay.
        public static Config plain() {
            return new Config(0, false, 0);
        }
    }

    /// @param parameters by name; those that ask for no gradient are left out
    public Sgd(Map<String, Tensor> parameters, Config config) {
        this.config = config;
        this.moments = new Moments(parameters);
        this.buffers = config.momentum() > 0 ? moments.like("momentum_buffer") : Map.of();
    }

    @Override
    public void step(double rate, double gradScale) {
        boolean first = moments.countUp() == 1;
        moments.parameters().forEach((name, parameter) -> {
            try (var _ = Scope.open("sgd")) {
                Tensor grad = parameter.grad();
                if (grad != null) {
                    parameter.addInPlace(direction(name, parameter.detach(), grad.mul(gradScale), first), -rate);
                    parameter.clearGrad();
                }
            }
        });
    }

    private Tensor direction(String name, Tensor parameter, Tensor grad, boolean first) {
        Tensor decayed = grad.addInPlace(parameter, config.weightDecay());
        if (config.momentum() == 0) {
            return decayed;
        }
        Tensor buffer = Objects.requireNonNull(buffers.get(name));
        if (first) {
            buffer.copyInPlace(decayed);
        } else {
            buffer.mulInPlace(config.momentum()).addInPlace(decayed, 1);
        }
        return config.nesterov() ? decayed.addScaled(buffer, config.momentum()) : buffer;
    }

    @Override
    public Map<String, Tensor> parameters() {
        return moments.parameters();
    }

    @Override
    public Map<String, Tensor> state() {
        return moments.state();
    }

    @Override
    public void restore(Map<String, Tensor> state) {
        moments.restore(state);
    }

    @Override
    public void close() {
        moments.close();
    }
}
