package dev.mokha.nn.optim;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What optimisers share: the trained parameters, running means shaped like them, and a count of steps.
final class Moments implements AutoCloseable {
    private static final String COUNT = "step";

    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Tensor countTensor;
    private long count;

    Moments(Map<String, Tensor> parameters) {
        parameters.forEach((name, parameter) -> {
            if (parameter.requiresGrad()) {
                this.parameters.put(name, parameter);
            }
        });
        if (this.parameters.isEmpty()) {
            throw new IllegalArgumentException("none of the " + parameters.size()
                    + " parameters asks for gradients, so there is nothing to train; call requiresGrad(true)");
        }
        try (var _ = Scope.open("optimizer")) {
            this.countTensor = Tensors.zeros(DType.INT64, Device.CPU, 1).retain();
        }
    }

    Map<String, Tensor> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /// Zeros shaped like each parameter, kept in the state under `kind.NAME`.
    Map<String, Tensor> like(String kind) {
        Map<String, Tensor> made = new LinkedHashMap<>();
        try (var _ = Scope.open("optimizer")) {
            parameters.forEach((name, parameter) -> {
                Tensor zeros = Tensors.zerosLike(parameter).requiresGrad(false).retain();
                made.put(name, zeros);
                tensors.put(kind + "." + name, zeros);
            });
        }
        return made;
    }

    long count() {
        return count;
    }

    long countUp() {
        return ++count;
    }

    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(tensors);
        try (var _ = Scope.open("optimizer")) {
            countTensor.copyInPlace(Tensors.of(new long[] {count}, 1));
        }
        state.put(COUNT, countTensor);
        return state;
    }

    void restore(Map<String, Tensor> state) {
        Map<String, Tensor> wanted = state();
        wanted.forEach((name, tensor) -> {
            Tensor saved = state.get(name);
            if (saved == null) {
                throw new IllegalArgumentException("the optimiser state has no '" + name + "' among its " + state.size()
                        + " tensors; it was saved for another model or optimiser");
            }
            if (!Arrays.equals(saved.shape(), tensor.shape())) {
                throw new IllegalArgumentException("the optimiser state's '" + name + "' is " + saved
                        + ", this optimiser's " + tensor + "; it was saved for another model");
            }
        });
        wanted.forEach((name, tensor) -> tensor.copyInPlace(Objects.requireNonNull(state.get(name))));
        count = countTensor.itemLong();
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        countTensor.close();
    }
}
