package dev.mokha.nn.fit;

import dev.mokha.nn.Mode;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;
import java.util.Map;

/// A task whose parameters are those of one model, adapters included.
///
/// @param <B> a batch of examples
public interface ModelTask<B> extends Task<B> {
    /// {@return the model's parameters}
    Params params();

    @Override
    default Map<String, Tensor> parameters() {
        return params().named();
    }

    @Override
    default void training(boolean on) {
        params().mode(on ? Mode.TRAIN : Mode.EVAL);
    }
}
