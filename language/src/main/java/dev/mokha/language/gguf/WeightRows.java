package dev.mokha.language.gguf;

import dev.mokha.nn.Weights;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A checkpoint's parameters, read some rows at a time.
public interface WeightRows {
    /// {@return the names of all}
    Set<String> names();

    /// {@return the sizes of one}
    long[] shape(String name);

    /// {@return rows as numbers, `[count, columns]`; elements of a vector}
    float[] read(String name, long from, int count);

    /// {@return rows that somebody has rounded already, in the checkpoint's order; null for those that are
    /// rounded as they are written}
    /// @param type what the file will have
    default @Nullable MemorySegment rounded(String name, GgufType type) {
        return null;
    }

    /// {@return those of a checkpoint, which stays the caller's}
    static WeightRows of(Weights weights) {
        return new WeightRows() {
            @Override
            public Set<String> names() {
                return weights.names();
            }

            @Override
            public long[] shape(String name) {
                return weights.shape(name);
            }

            @Override
            public float[] read(String name, long from, int count) {
                try (var _ = Scope.open("rows");
                        var _ = Gradients.off()) {
                    return weights.tensor(name)
                            .narrow(0, from, count)
                            .to(DType.FLOAT32)
                            .toFloats();
                }
            }
        };
    }

    /// {@return those of a file}
    static WeightRows of(GgufModel model) {
        return new WeightRows() {
            @Override
            public Set<String> names() {
                return model.weights().keySet();
            }

            @Override
            public long[] shape(String name) {
                return model.weight(name).sizes();
            }

            @Override
            public float[] read(String name, long from, int count) {
                return model.weight(name).floats(from, count);
            }
        };
    }
}
