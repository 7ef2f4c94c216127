package dev.mokha.language.quantize;

import dev.mokha.nn.Params;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One layer of a model that a [Method] changes.
///
/// @param inputs what its projections have been multiplied with
/// @param roundings how each matrix will be stored
/// @param rounded receives matrices that are rounded already, by name
record LayerWork(
        Params params,
        int layer,
        LayerInputs inputs,
        Function<String, Rounding> roundings,
        BiConsumer<String, Levelled> rounded) {
    String name(String part) {
        return "model.layers." + layer + "." + part;
    }

    float[] weight(String name) {
        return params.get(name).toFloats();
    }

    int columns(String name) {
        return Math.toIntExact(params.get(name).size(1));
    }

    void set(String name, float[] numbers) {
        Tensor parameter = params.get(name);
        try (var _ = Scope.open("weight");
                var _ = Gradients.off()) {
            parameter.copyInPlace(Tensors.of(numbers, parameter.shape()));
        }
    }

    /// Divides each number of an input by one of its own where it comes from, and multiplies the columns that
    /// it meets: the model computes the same.
    ///
    /// @param source what the input is an elementwise multiple of: a norm's weight, or the rows of a projection
    /// @param bias added to those rows, or null
    /// @param weights that are multiplied with the input
    void fold(float[] scales, String source, @Nullable String bias, List<String> weights) {
        try (var _ = Scope.open("fold");
                var _ = Gradients.off()) {
            Tensor by = Tensors.of(scales, scales.length);
            Tensor from = params.get(source);
            from.copyInPlace(from.div(from.rank() == 1 ? by : by.unsqueeze(1)));
            if (bias != null && params.named().containsKey(bias)) {
                params.get(bias).copyInPlace(params.get(bias).div(by));
            }
            for (String name : weights) {
                params.get(name).copyInPlace(params.get(name).mul(by));
            }
        }
    }
}
