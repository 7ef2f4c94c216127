package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.language.packed.PackedLayout;
import dev.mokha.language.packed.PackedLinear;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.tensor.Safetensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The weights of a Hugging Face folder, mapped: F32, F16 and BF16, and projections packed by GPTQ or AWQ as
/// [PackedRows].
public final class FolderWeights implements WeightSource {
    private static final Pattern EXPERT = Pattern.compile("(.*\\.mlp\\.experts\\.)(\\d{1,5})\\.(\\w+)\\.weight");
    private static final String WEIGHT = ".weight";

    private final DecoderConfig config;
    private final Safetensors tensors;
    private final Arena arena = Arena.ofShared();
    private final @Nullable PackedLayout layout;
    private final Map<String, Rows> opened = new HashMap<>();
    private int packed;
    private int rounded;

    /// Opens a folder.
    public FolderWeights(Path folder) {
        ModelFolder opened = ModelFolder.open(folder);
        this.config = opened.config();
        this.layout = opened.packedLayout();
        this.tensors = Safetensors.open(folder);
    }

    @Override
    public DecoderConfig config() {
        return config;
    }

    @Override
    public @Nullable Rows find(String name) {
        @Nullable Rows known = opened.get(name);
        if (known != null) {
            return known;
        }
        @Nullable Rows found = tensors.names().contains(name) ? open(name) : openPacked(name);
        if (found != null) {
            opened.put(name, found);
            return found;
        }
        return config.modelType().mixture() ? fused(name) : null;
    }

    /// An expert's part of a tensor that holds all experts of a layer, as transformers 5 has them in memory,
    /// and some folders on disk: `experts.gate_up_proj` `[experts, 2 · inner, hidden]`, the gate's rows
    /// first, and `experts.down_proj` `[experts, hidden, inner]`. What is there keeps the name `mlp` in
    /// Mixtral too.
    private @Nullable Rows fused(String name) {
        Family family = config.modelType();
        Experts shape = Objects.requireNonNull(config.experts());
        String there = name.replace("." + family.mixtureName() + ".", ".mlp.");
        Matcher expert = EXPERT.matcher(there);
        if (!expert.matches()) {
            return tensors.names().contains(there) ? opened.computeIfAbsent(there, this::open) : null;
        }
        int part = family.expertParts().indexOf(expert.group(3));
        String whole = expert.group(1) + (part == 2 ? "down_proj" : "gate_up_proj");
        if (part < 0 || !tensors.names().contains(whole)) {
            return null;
        }
        Rows all = opened.computeIfAbsent(whole, this::open);
        int count = part == 2 ? config.hiddenSize() : shape.moeIntermediateSize();
        int each = part == 2 ? count : 2 * count;
        int from = Integer.parseInt(expert.group(2)) * each + (part == 1 ? count : 0);
        if (all.count() != shape.numExperts() * each) {
            throw new IllegalArgumentException("tensor '" + whole + "' has " + all.count() + " rows; the configuration"
                    + " says " + shape.numExperts() + " experts of " + each);
        }
        return new Part(all, from, count);
    }

    private record Part(Rows all, int from, int count) implements Rows {
        @Override
        public WeightType type() {
            return all.type();
        }

        @Override
        public int width() {
            return all.width();
        }

        @Override
        public MemorySegment row(int index) {
            return all.row(from + index);
        }
    }

    private @Nullable Rows openPacked(String name) {
        String module = name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
        if (layout == null || !tensors.names().contains(module + ".qweight")) {
            return null;
        }
        var rows = new PackedRows(PackedLinear.of(layout, tensors, module, arena));
        packed++;
        rounded += rows.isExact() ? 0 : 1;
        return rows;
    }

    /// {@return what was lost, once all has been read; null where nothing was}
    @Override
    public @Nullable String loss() {
        return rounded == 0
                ? null
                : rounded + " of " + packed + " packed matrices have groups, zeros or scales that no block of 32 holds;"
                        + " they are served as F16, each weight within 2^-12 of itself";
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

        @Override
        public void release(int from, int to) {
            long size = bytes.byteSize() / count;
            if (bytes.isMapped()) {
                bytes.asSlice(from * size, (to - from) * size).unload();
            }
        }
    }

    @Override
    public void close() {
        arena.close();
        tensors.close();
    }
}
