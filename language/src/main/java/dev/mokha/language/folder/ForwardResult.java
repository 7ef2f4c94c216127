package dev.mokha.language.folder;

import dev.mokha.tensor.Safetensors;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The named outputs of [Forward].
///
/// @param outputs by name, in the order of the computation's interest: logits first
public record ForwardResult(Map<String, Output> outputs) {
    public ForwardResult {
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /// An array: its sizes, outermost first, and its elements in order. Both are the caller's to use, not to
    /// change.
    @SuppressWarnings("ArrayRecordComponent") // megabytes of floats are no list of boxes; equality is not asked for
    public record Output(long[] shape, float[] values) {}

    /// {@return a JSON object of nested lists, as Python's `tolist()` gives them}
    public String json() {
        var map = new LinkedHashMap<String, Object>();
        outputs.forEach((name, output) -> map.put(name, nested(output, 0, 0, output.values.length)));
        return JsonKeys.line(map);
    }

    private static Object nested(Output output, int dim, int from, int to) {
        if (dim == output.shape.length) {
            return output.values[from];
        }
        int size = (int) output.shape[dim];
        if (dim == output.shape.length - 1) {
            return Arrays.copyOfRange(output.values, from, to);
        }
        int step = (to - from) / Math.max(1, size);
        List<Object> parts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            parts.add(nested(output, dim + 1, from + i * step, from + (i + 1) * step));
        }
        return parts;
    }

    /// Writes the outputs as a safetensors file of float32 tensors; a scalar gets the shape `[1]`.
    public void write(Path file) {
        try (var _ = Scope.open("outputs")) {
            var tensors = new LinkedHashMap<String, Tensor>();
            outputs.forEach((name, output) -> tensors.put(
                    name, Tensors.of(output.values, output.shape.length == 0 ? new long[] {1} : output.shape)));
            Safetensors.write(file, tensors, Map.of());
        }
    }
}
