package dev.mokha.nn.optim;

import dev.mokha.tensor.FusedAdamW;
import dev.mokha.tensor.FusedAdamW.Betas;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Adam ([Kingma and Ba 2015](https://arxiv.org/abs/1412.6980)) with decoupled weight decay
/// ([Loshchilov and Hutter 2019](https://arxiv.org/abs/1711.05101)); for step t, gradient g, rate η:
///
/// ```
/// θ ← θ − η λ θ                      only where the decay rule says so
/// m ← β₁ m + (1 − β₁) g
/// v ← β₂ v + (1 − β₂) g²
/// θ ← θ − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// ```
///
/// Without bias correction both divisors are 1, as in the BERT authors' code. One fused native call updates all
/// parameters of a group where it can; otherwise single operations do, with the same result.
public final class AdamW implements Optimizer {
    private final Config config;
    private final Moments moments;
    private final List<Group> groups = new ArrayList<>();

    /// The constants of the update.
    ///
    /// @param betas the decay rates of the two moments
    /// @param eps added to the root of the second moment
    /// @param weightDecay λ
    /// @param decay which parameters λ acts on
    /// @param biasCorrection whether early moments are scaled up; off in the BERT authors' code
    /// @param fused whether the fused native update is used where it can be
    /// @param rates the share of the rate that each parameter gets
    public record Config(
            Betas betas,
            double eps,
            double weightDecay,
            DecayRule decay,
            boolean biasCorrection,
            boolean fused,
            RateRule rates) {
        public Config {
            if (!(eps > 0)) {
                throw new IllegalArgumentException("eps must be positive, was " + eps);
            }
            if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
                throw new IllegalArgumentException("weightDecay must be 0 or more, was " + weightDecay);
            }
        }

        /// PyTorch's defaults, except that only products' weights decay: betas 0.9 and 0.999, ε 1e-8, λ 0.01.
        public static Config standard() {
            return new Config(new Betas(0.9, 0.999), 1e-8, 0.01, DecayRule.products(), true, true, RateRule.even());
        }

        /// What decoder pretraining commonly uses: betas 0.9 and 0.95, λ 0.1.
        public static Config decoder() {
            return standard().withBetas(0.9, 0.95).withWeightDecay(0.1);
        }

        /// The BERT authors' optimiser: ε 1e-6, λ 0.01 on all matrices, no bias correction.
        public static Config bert() {
            return new Config(new Betas(0.9, 0.999), 1e-6, 0.01, DecayRule.matrices(), false, true, RateRule.even());
        }

        public Config withBetas(double first, double second) {
            return new Config(new Betas(first, second), eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withEps(double eps) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withWeightDecay(double weightDecay) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withDecay(DecayRule decay) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withBiasCorrection(boolean biasCorrection) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withFused(boolean fused) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }

        public Config withRates(RateRule rates) {
            return new Config(betas, eps, weightDecay, decay, biasCorrection, fused, rates);
        }
    }

    /// @param parameters by name; those that ask for no gradient are left out
    public AdamW(Map<String, Tensor> parameters, Config config) {
        this.config = config;
        this.moments = new Moments(parameters);
        Map<String, Tensor> firsts = moments.like("exp_avg");
        Map<String, Tensor> seconds = moments.like("exp_avg_sq");
        Map<Treatment, List<Slot>> slots = new LinkedHashMap<>();
        for (boolean decays : new boolean[] {true, false}) {
            moments.parameters().forEach((name, parameter) -> {
                if (config.decay().decays(name, parameter.rank()) == decays) {
                    var treatment = new Treatment(
                            decays ? config.weightDecay() : 0,
                            RateRule.checked(name, config.rates().share(name)));
                    slots.computeIfAbsent(treatment, _ -> new ArrayList<>())
                            .add(new Slot(
                                    parameter,
                                    Objects.requireNonNull(firsts.get(name)),
                                    Objects.requireNonNull(seconds.get(name))));
                }
            });
        }
        slots.forEach((treatment, alike) -> groups.add(group(alike, treatment)));
    }

    /// With [Config#standard].
    public AdamW(Map<String, Tensor> parameters) {
        this(parameters, Config.standard());
    }

    /// {@return whether every parameter is updated by the fused native call}
    public boolean isFused() {
        return groups.stream().allMatch(Fused.class::isInstance);
    }

    @Override
    public void step(double rate, double gradScale) {
        double count = config.biasCorrection() ? moments.countUp() : uncorrected();
        for (Group group : groups) {
            Treatment treatment = group.treatment();
            group.step(new FusedAdamW.Update(
                    rate * treatment.rateShare(),
                    config.betas(),
                    treatment.weightDecay(),
                    config.eps(),
                    count,
                    gradScale));
        }
        try (var _ = Scope.open("clear gradients")) {
            moments.parameters().values().forEach(Tensor::clearGrad);
        }
    }

    private double uncorrected() {
        moments.countUp();
        return Double.POSITIVE_INFINITY;
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
        for (Group group : groups) {
            if (group instanceof Fused fused) {
                fused.update.close();
            }
        }
        moments.close();
    }

    private Group group(List<Slot> slots, Treatment treatment) {
        List<Tensor> parameters = slots.stream().map(Slot::parameter).toList();
        if (!config.fused() || !FusedAdamW.supports(parameters)) {
            return new Single(slots, treatment);
        }
        return new Fused(
                new FusedAdamW(
                        parameters,
                        slots.stream().map(Slot::first).toList(),
                        slots.stream().map(Slot::second).toList()),
                treatment);
    }

    /// A parameter with its two moments.
    private record Slot(Tensor parameter, Tensor first, Tensor second) {}

    /// What parameters that are updated together have in common.
    private record Treatment(double weightDecay, double rateShare) {}

    /// Parameters of one treatment.
    private sealed interface Group {
        Treatment treatment();

        void step(FusedAdamW.Update update);
    }

    private record Fused(FusedAdamW update, Treatment treatment) implements Group {
        @Override
        public void step(FusedAdamW.Update numbers) {
            update.step(numbers);
        }
    }

    private record Single(List<Slot> slots, Treatment treatment) implements Group {
        @Override
        public void step(FusedAdamW.Update update) {
            double correction1 = 1 - Math.pow(update.betas().first(), update.count());
            double correction2 = 1 - Math.pow(update.betas().second(), update.count());
            for (Slot slot : slots) {
                try (var _ = Scope.open("adamw")) {
                    Tensor grad = slot.parameter.grad();
                    if (grad == null) {
                        continue;
                    }
                    if (update.gradScale() != 1) {
                        grad = grad.mul(update.gradScale());
                    }
                    slot.parameter.mulInPlace(1 - update.rate() * treatment.weightDecay());
                    slot.first.lerpInPlace(grad, 1 - update.betas().first());
                    slot.second.mulInPlace(update.betas().second());
                    slot.second.addProductInPlace(grad, grad, 1 - update.betas().second());
                    Tensor root =
                            slot.second.sqrt().mul(1 / Math.sqrt(correction2)).add(update.eps());
                    slot.parameter.addQuotientInPlace(slot.first, root, -update.rate() / correction1);
                }
            }
        }
    }
}
