package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.tensor.Safetensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The weights of a Hugging Face folder: F32, F16 and BF16, mapped.
public final class FolderWeights implements WeightSource {
    private final DecoderConfig config;
    private final Safetensors tensors;
    private final Arena arena = Arena.ofShared();
    private final Map<String, Rows> opened = new HashMap<>();

    /// Opens a folder.
    public FolderWeights(Path folder) {
        this.config = ModelFolder.open(folder).config();
        this.tensors = Safetensors.open(folder);
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public @Nullable Rows find(String name) {
        return tensors.names().contains(name) ? opened.computeIfAbsent(name, this::open) : null;
    }

    private Rows open(String name) {
        var info = tensors.info(name);
        WeightType type = switch (info.dtype()) {
            case FLOAT32 -> WeightType.F32;
            case FLOAT16 -> WeightType.F16;
            case BFLOAT16 -> WeightType.BF16;
            default ->
                throw new IllegalArgumentException("tensor '" + name + "' is stored as " + info.dtype()
                        + "; weights are served from float32, float16 and bfloat16");
        };
        List<Long> shape = info.shape();
        int width = Math.toIntExact(shape.getLast());
        int count = Math.toIntExact(info.count() / width);
        return new Mapped(type, count, width, tensors.bytes(name, arena));
    }

    private record Mapped(WeightType type, int count, int width, MemorySegment bytes) implements Rows {
        @Override
        public MemorySegment row(int index) {
            long size = bytes.byteSize() / count;
            return bytes.asSlice(index * size, size);
        }
    }

    @Override
    public void close() {
        arena.close();
        tensors.close();
    }
}
