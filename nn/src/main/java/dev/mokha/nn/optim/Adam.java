package dev.mokha.nn.optim;

import dev.mokha.tensor.FusedAdamW.Betas;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import java.util.Objects;

/// Adam ([Kingma and Ba 2015, algorithm 1](https://arxiv.org/abs/1412.6980)), with the decay that older papers mean:
/// λ θ is added to the gradient, and so goes through the moments. For decoupled decay, and for speed, see [AdamW].
///
/// ```
/// g ← g + λ θ
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// ```
public final class Adam implements Optimizer {
    private final Config config;
    private final Moments moments;
    private final Map<String, Tensor> firsts;
    private final Map<String, Tensor> seconds;

    /// The constants of the update.
    ///
    /// @param betas the decay rates of the two moments
    /// @param eps added to the root of the second moment
    /// @param weightDecay λ, added to every gradient
    public record Config(Betas betas, double eps, double weightDecay) {
        public Config {
            if (!(eps > 0)) {
                throw new IllegalArgumentException("eps must be positive, was " + eps);
            }
            if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
                throw new IllegalArgumentException("weightDecay must be 0 or more, was " + weightDecay);
            }
        }

        /// The paper's: betas 0.9 and 0.999, ε 1e-8, no decay.
        public static Config standard() {
            return new Config(new Betas(0.9, 0.999), 1e-8, 0);
        }
    }

    /// @param parameters by name; those that ask for no gradient are left out
    public Adam(Map<String, Tensor> parameters, Config config) {
        this.config = config;
        this.moments = new Moments(parameters);
        this.firsts = moments.like("exp_avg");
        this.seconds = moments.like("exp_avg_sq");
    }

    @Override
    public void step(double rate, double gradScale) {
        long count = moments.countUp();
        double correction1 = 1 - Math.pow(config.betas().first(), (double) count);
        double correction2 = 1 - Math.pow(config.betas().second(), (double) count);
        moments.parameters().forEach((name, parameter) -> {
            try (var _ = Scope.open("adam")) {
                Tensor grad = parameter.grad();
                if (grad == null) {
                    return;
                }
                Tensor g = grad.mul(gradScale).addInPlace(parameter.detach(), config.weightDecay());
                Tensor first = Objects.requireNonNull(firsts.get(name));
                Tensor second = Objects.requireNonNull(seconds.get(name));
                first.lerpInPlace(g, 1 - config.betas().first());
                second.mulInPlace(config.betas().second());
                second.addProductInPlace(g, g, 1 - config.betas().second());
                Tensor root = second.sqrt().mul(1 / Math.sqrt(correction2)).add(config.eps());
                parameter.addQuotientInPlace(first, root, -rate / correction1);
                parameter.clearGrad();
            }
        });
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
