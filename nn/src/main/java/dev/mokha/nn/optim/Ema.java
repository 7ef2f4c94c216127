package dev.mokha.nn.optim;

import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// An exponential moving average of parameters, often better than the parameters themselves
/// ([Polyak and Juditsky 1992](https://doi.org/10.1137/0330046); [Tarvainen and Valpola
/// 2017](https://arxiv.org/abs/1703.01780)):
///
/// ```
/// θ̄ ← d θ̄ + (1 − d) θ     with d = min(decay, (1 + t) / (10 + t)) at update t, from 1
/// ```
///
/// The smaller d of early updates lets the average forget where training began.
public final class Ema implements AutoCloseable {
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> averages = new LinkedHashMap<>();
    private final double decay;

    /// Begins with the parameters as they are; those that ask for no gradient are left out, as they do not change.
    public Ema(Map<String, Tensor> parameters, double decay) {
        if (!(decay > 0 && decay < 1)) {
            throw new IllegalArgumentException("the decay of an average lies in (0, 1), not " + decay);
        }
        this.decay = decay;
        this.parameters = new LinkedHashMap<>();
        try (var _ = Scope.open("ema")) {
            parameters.forEach((name, parameter) -> {
                if (parameter.requiresGrad()) {
                    this.parameters.put(name, parameter);
                    averages.put(name, parameter.detach().copy().retain());
                }
            });
        }
    }

    /// Takes the parameters in after update `count`, from 1.
    public void update(long count) {
        double now = Math.min(decay, (1.0 + count) / (10.0 + count));
        try (var _ = Scope.open("ema")) {
            averages.forEach((name, average) -> average.lerpInPlace(parameter(name), 1 - now));
        }
    }

    /// Exchanges the averages with the parameters: to evaluate with the averages, and back.
    public void swap() {
        averages.forEach((name, average) -> {
            try (var _ = Scope.open("ema")) {
                Tensor kept = average.copy();
                average.copyInPlace(parameter(name).detach());
                parameter(name).copyInPlace(kept);
            }
        });
    }

    /// {@return the averages by parameter name: live, not copies}
    public Map<String, Tensor> averages() {
        return Collections.unmodifiableMap(averages);
    }

    /// Continues from averages that [#averages] gave, which are copied.
    ///
    /// @throws IllegalArgumentException when a name is missing
    public void restore(Map<String, Tensor> saved) {
        averages.forEach((name, average) -> {
            Tensor value = saved.get(name);
            if (value == null) {
                throw new IllegalArgumentException("the saved averages have no '" + name + "'");
            }
            average.copyInPlace(value);
        });
    }

    private Tensor parameter(String name) {
        return Objects.requireNonNull(parameters.get(name));
    }

    @Override
    public void close() {
        averages.values().forEach(Tensor::close);
    }
}
