package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.gguf.GgufModel;
import dev.mokha.language.gguf.GgufWeight;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The weights of a GGUF file, mapped, in the types that it has.
public final class GgufSource implements WeightSource {
    private final GgufModel model;

    /// @param model stays the caller's
    public GgufSource(GgufModel model) {
        this.model = model;
    }

    @Override
    public DecoderConfig config() {
        return model.config();
    }

    @Override
    public @Nullable Rows find(String name) {
        @Nullable GgufWeight weight = model.weights().get(name);
        if (weight == null) {
            return null;
        }
        boolean vector = weight.tensor().shape().size() == 1;
        return vector
                ? new Stored(weight, 1, Math.toIntExact(weight.rows()), true)
                : new Stored(weight, Math.toIntExact(weight.rows()), Math.toIntExact(weight.columns()), false);
    }

    private record Stored(GgufWeight weight, int count, int width, boolean vector) implements Rows {
        @Override
        public WeightType type() {
            return WeightType.of(weight.type());
        }

        @Override
        public MemorySegment row(int index) {
            return vector ? weight.bytes() : weight.row(index);
        }

        @Override
        public void release(int from, int to) {
            if (!vector && weight.bytes().isMapped()) { // rows change places near by only
                long size = weight.rowBytes();
                weight.bytes().asSlice(from * size, (to - from) * size).unload();
            }
        }
    }

    @Override
    public void close() {}
}
