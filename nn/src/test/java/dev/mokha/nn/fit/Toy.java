package dev.mokha.nn.fit;

import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A network of one hidden layer with dropout, taught to add its inputs up. Batches are the numbers of examples.
final class Toy implements Task<int[]>, AutoCloseable {
    static final int EXAMPLES = 23;

    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Rng dropout = new Rng(5);
    final List<Boolean> modes = new ArrayList<>();
    private boolean training;
    Function<Toy, Task.@Nullable Evaluation> evaluation = _ -> null;
    Function<int[], Double> poison = _ -> 1.0;

    Toy(long seed) {
        try (var _ = Scope.open("toy")) {
            var rng = new Rng(seed);
            parameters.put(
                    "hidden.weight", rng.normal(0, 0.5, 3, 8).requiresGrad(true).retain());
            parameters.put("hidden.bias", Tensors.zeros(8).requiresGrad(true).retain());
            parameters.put(
                    "out.weight", rng.normal(0, 0.5, 8, 1).requiresGrad(true).retain());
        }
    }

    @Override
    public Map<String, Tensor> parameters() {
        return parameters;
    }

    @Override
    public Tensor loss(int[] batch) {
        float[] inputs = new float[batch.length * 3];
        float[] sums = new float[batch.length];
        for (int row = 0; row < batch.length; row++) {
            for (int i = 0; i < 3; i++) {
                float x = (float) Math.sin(batch[row] * 3 + i);
                inputs[row * 3 + i] = x;
                sums[row] += x;
            }
        }
        Tensor hidden = Tensors.of(inputs, batch.length, 3)
                .matmul(get("hidden.weight"))
                .add(get("hidden.bias"))
                .tanh();
        if (training) {
            hidden = hidden.mul(dropout.bernoulli(0.9, batch.length, 8)).div(0.9);
        }
        Tensor error = hidden.matmul(get("out.weight")).sub(Tensors.of(sums, batch.length, 1));
        return error.square().mean().mul(poison.apply(batch));
    }

    @Override
    public double weight(int[] batch) {
        return batch.length;
    }

    @Override
    public long tokens(int[] batch) {
        return 3L * batch.length;
    }

    @Override
    public Map<String, Rng> streams() {
        return Map.of("dropout", dropout);
    }

    @Override
    public void training(boolean on) {
        modes.add(on);
        training = on;
    }

    @Override
    public Task.@Nullable Evaluation evaluate() {
        return evaluation.apply(this);
    }

    Tensor get(String name) {
        return Objects.requireNonNull(parameters.get(name));
    }

    /// Every float of every parameter, in order.
    List<Float> floats() {
        List<Float> all = new ArrayList<>();
        for (Tensor tensor : parameters.values()) {
            for (float value : tensor.toFloats()) {
                all.add(value);
            }
        }
        return all;
    }

    static Shuffled<int[]> batches() {
        return new Shuffled<>(new Shuffled.Examples(EXAMPLES, 4), 11, batch -> batch);
    }

    @Override
    public void close() {
        parameters.values().forEach(Tensor::close);
    }
}
