package dev.mokha.nn.optim;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import java.util.Objects;

/// Adagrad with a diagonal matrix ([Duchi et al. 2011, §1.2](https://jmlr.org/papers/v12/duchi11a.html)),
/// in PyTorch's form; for step t, gradient g, rate η:
///
/// ```
/// g ← g + λ θ
/// G ← G + g²
/// θ ← θ − η / (1 + (t − 1) δ) · g / (√G + ε)
/// ```
///
/// An element without a gradient stays as it is, so tables of which a step touches few rows learn each row
/// at its own pace.
public final class Adagrad implements Optimizer {
    private final Config config;
    private final Moments moments;
    private final Map<String, Tensor> sums;

    /// The constants of the update.
    ///
    /// @param eps ε, added to the root
    /// @param rateDecay δ, by which the rate falls with the steps
    /// @param weightDecay λ, added to every gradient
    public record Config(double eps, double rateDecay, double weightDecay) {
        public Config {
            if (!(eps > 0)) {
                throw new IllegalArgumentException("eps must be positive, was " + eps);
            }
            if (!(rateDecay >= 0) || Double.isInfinite(rateDecay)) {
                throw new IllegalArgumentException("rateDecay must be 0 or more, was " + rateDecay);
            }
            if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
                throw new IllegalArgumentException("weightDecay must be 0 or more, was " + weightDecay);
            }
        }

        /// PyTorch's defaults: ε 1e-10, nothing decays.
        public static Config standard() {
            return new Config(1e-10, 0, 0);
        }
    }

    /// @param parameters by name; those that ask for no gradient are left out
    public Adagrad(Map<String, Tensor> parameters, Config config) {
        this.config = config;
        this.moments = new Moments(parameters);
        this.sums = moments.like("sum");
    }

    @Override
    public void step(double rate, double gradScale) {
        double now = rate / (1 + (moments.countUp() - 1) * config.rateDecay());
        moments.parameters().forEach((name, parameter) -> {
            try (var _ = Scope.open("adagrad")) {
                Tensor grad = parameter.grad();
                if (grad == null) {
                    return;
                }
                Tensor g = gradScale == 1 && config.weightDecay() == 0
                        ? grad
                        : grad.mul(gradScale).addInPlace(parameter.detach(), config.weightDecay());
                Tensor sum = Objects.requireNonNull(sums.get(name));
                sum.addProductInPlace(g, g, 1);
                parameter.addQuotientInPlace(g, sum.sqrt().add(config.eps()), -now);
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
