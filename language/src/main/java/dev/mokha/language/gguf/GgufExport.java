package dev.mokha.language.gguf;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.text.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Writes a decoder as a GGUF file that llama.cpp reads, its matrices in the types of a [Mix]. Rows are read,
/// rounded and written some at a time, so a model need not fit the memory.
public final class GgufExport {
    private static final long AT_ONCE = 1 << 22;
    private static final String TEMPLATE = "tokenizer.chat_template";
    private final DecoderConfig config;
    private final Map<String, GgufValue> metadata;
    private final List<String> notes;

    private GgufExport(DecoderConfig config, Map<String, GgufValue> metadata, List<String> notes) {
        this.config = config;
        this.metadata = metadata;
        this.notes = notes;
    }

    /// A model with its tokenizer.
    ///
    /// @param name for people
    /// @param tokenizer null for a file without one, which llama.cpp does not run
    /// @param chatTemplate Jinja text, or null
    /// @throws IllegalArgumentException when GGUF files cannot say what the model is
    public static GgufExport of(
            String name,
            DecoderConfig config,
            GenerationConfig generation,
            @Nullable Tokenizer tokenizer,
            @Nullable String chatTemplate) {
        Map<String, GgufValue> metadata = new ModelKeys(config).write(name, generation);
        List<String> notes = tokenizer == null
                ? List.of()
                : new TokenizerWriter(tokenizer, generation.special(), config.vocabSize()).write(metadata);
        if (chatTemplate != null) {
            metadata.put(TEMPLATE, GgufValue.text(chatTemplate));
        }
        return new GgufExport(config, metadata, notes);
    }

    /// A model with what another file says of it.
    public static GgufExport of(GgufModel model) {
        return new GgufExport(model.config(), model.file().values(), List.of());
    }

    /// What was written.
    ///
    /// @param bytes of the file
    /// @param parameters how many numbers the tensors have
    /// @param weightBytes what they take
    /// @param types how many numbers are stored in each type
    /// @param notes what a reader should know
    public record Written(
            long bytes, long parameters, long weightBytes, Map<GgufType, Long> types, List<String> notes) {
        public Written {
            types = Map.copyOf(types);
            notes = List.copyOf(notes);
        }

        /// {@return the bits that a parameter takes on average}
        public double bitsPerWeight() {
            return 8.0 * weightBytes / parameters;
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// @param pure whether every matrix has the mix's type
    /// @throws IllegalArgumentException when weights are missing or not known, or one is not finite
    public Written write(Path target, WeightRows weights, Mix mix, boolean pure) {
        var keys = new LinkedHashMap<>(metadata);
        keys.remove("general.alignment"); // 32, as is usual
        keys.put("general.file_type", GgufValue.uint32(mix.number()));
        keys.put("general.quantization_version", GgufValue.uint32(2));
        List<Planned> planned = new ExportOrder(config)
                .items(weights.names()).stream()
                        .map(item -> plan(item, weights, mix, pure))
                        .toList();
        float[] factors = new ModelKeys(config).ropeFactors();
        var all = new ArrayList<GgufWriter.Planned>();
        if (factors.length > 0) {
            all.add(new GgufWriter.Planned(TensorNames.ROPE_FACTORS, List.of((long) factors.length), GgufType.F32));
        }
        planned.forEach(one -> all.add(one.plan()));
        try (var writer = GgufWriter.begin(target, keys, all)) {
            if (factors.length > 0) {
                writer.append(BlockWriter.rows(GgufType.F32, factors, factors.length));
            }
            for (Planned one : planned) {
                one.item.names().forEach(name -> write(writer, weights, name, one.plan.type()));
            }
            writer.finish();
        }
        return written(target, all);
    }

    private Written written(Path target, List<GgufWriter.Planned> all) {
        var types = new EnumMap<GgufType, Long>(GgufType.class);
        long parameters = 0;
        long bytes = 0;
        for (GgufWriter.Planned plan : all) {
            types.merge(plan.type(), plan.count(), Long::sum);
            parameters += plan.count();
            bytes += plan.bytes();
        }
        return new Written(target.toFile().length(), parameters, bytes, types, notes);
    }

    /// A tensor of the file and how it is stored.
    private record Planned(ExportOrder.Item item, GgufWriter.Planned plan) {}

    private Planned plan(ExportOrder.Item item, WeightRows weights, Mix mix, boolean pure) {
        String name = item.names().getFirst();
        var shape = new ArrayList<Long>();
        LongStream.of(weights.shape(name)).forEach(shape::add);
        switch (item.kind()) {
            case PARAMETER -> {}
            case ROW -> shape.removeFirst();
            case STACK -> shape.addFirst((long) item.names().size());
        }
        GgufType type = shape.size() == 1 ? GgufType.F32 : mix.type(name, shape.getLast(), config, pure);
        return new Planned(item, new GgufWriter.Planned(item.gguf(), shape, type));
    }

    private void write(GgufWriter writer, WeightRows weights, String name, GgufType type) {
        long[] shape = weights.shape(name);
        long rows = shape[0];
        int columns = shape.length == 1 ? 1 : Math.toIntExact(shape[1]);
        boolean turned = name.contains(".q_proj.") || name.contains(".k_proj.");
        RowOrder order = turned ? new ModelKeys(config).order() : RowOrder.asStored();
        @Nullable MemorySegment rounded = shape.length == 1 ? null : weights.rounded(name, type);
        if (rounded != null) {
            long rowBytes = type.bytes(columns);
            for (long row = 0; row < rows; row++) {
                writer.append(rounded.asSlice(order.checkpoint(row) * rowBytes, rowBytes));
            }
            return;
        }
        long unit = Math.max(1, order.headDim());
        long step = Math.max(unit, AT_ONCE / columns / unit * unit);
        for (long from = 0; from < rows; from += step) {
            int count = Math.toIntExact(Math.min(step, rows - from));
            float[] read = weights.read(name, from, count);
            float[] ordered = order.isAsStored() ? read : new float[read.length];
            for (int row = 0; row < count && !order.isAsStored(); row++) {
                int of = Math.toIntExact(order.checkpoint(from + row) - from);
                System.arraycopy(read, of * columns, ordered, row * columns, columns);
            }
            try {
                writer.append(BlockWriter.rows(type, ordered, columns));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
            }
        }
    }
}
