package dev.mokha.nn.fit;

import dev.mokha.nn.Mode;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import java.util.Map;

/// A task whose parameters are those of one model; of an adapted model those that are trained, as the frozen
/// rest is what its folder holds and need not lie in every checkpoint.
///
/// @param <B> a batch of examples
public interface ModelTask<B> extends Task<B> {
    /// {@return the model's parameters}
    Params params();

    @Override
    default Map<String, Tensor> parameters() {
        return params().adapters().byPath().isEmpty() ? params().named() : params().trainable();
    }

    /// {@return the stream of the adapters' dropout, where they have one}
    @Override
    default Map<String, Rng> streams() {
        return params().adapters().drop() ? Map.of("dropout", params().rng()) : Map.of();
    }

    @Override
    default void training(boolean on) {
        params().mode(on ? Mode.TRAIN : Mode.EVAL);
    }
}
