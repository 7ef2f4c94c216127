package dev.mokha.language.packed;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Safetensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// A packed projection `[outputs, inputs]`, mapped: `(level − zero) · scale`. See [PackedLayout].
public final class PackedLinear {
    static final String LEVELS = ".qweight";
    static final String ZEROS = ".qzeros";
    static final String SCALES = ".scales";
    static final String GROUPS = ".g_idx";

    /// Where in 32 bits an output's four lie, of eight in a row.
    private static final int[] AWQ_PLACES = {0, 4, 1, 5, 2, 6, 3, 7};

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final PackedLayout layout;
    private final int inputs;
    private final int outputs;
    private final MemorySegment levels;
    private final MemorySegment zeros;
    private final float[] scales; // [groups, outputs]
    private final int[] groups; // of each input

    private PackedLinear(PackedLayout layout, Safetensors file, String module, Arena arena) {
        this.layout = layout;
        List<Long> words = ints(file, module + LEVELS).shape();
        int perWord = layout.perWord();
        boolean awq = layout.kind() == PackedLayout.Kind.AWQ;
        require(words.size() == 2, module + LEVELS, words, "has two sizes");
        this.inputs = Math.toIntExact(awq ? words.getFirst() : words.getFirst() * perWord);
        this.outputs = Math.toIntExact(awq ? words.getLast() * perWord : words.getLast());
        List<Long> sizes = file.info(module + SCALES).shape();
        int count = layout.groups(inputs);
        require(
                sizes.equals(List.of((long) count, (long) outputs)),
                module + SCALES,
                sizes,
                "is " + count + " groups of " + outputs + " outputs");
        List<Long> zeroWords = ints(file, module + ZEROS).shape();
        require(
                zeroWords.equals(List.of((long) count, (long) outputs / perWord)) && outputs % perWord == 0,
                module + ZEROS,
                zeroWords,
                "is " + count + " groups of " + outputs + " outputs, " + perWord + " in a number");
        this.levels = file.bytes(module + LEVELS, arena);
        this.zeros = file.bytes(module + ZEROS, arena);
        this.scales = scales(file, module + SCALES, arena);
        this.groups = groups(file, module + GROUPS, count, arena);
    }

    /// Maps a projection.
    ///
    /// @param module such as `model.layers.0.self_attn.q_proj`
    /// @param arena with which it is unmapped
    /// @throws IllegalArgumentException when a tensor is missing, or of another type or shape than
    ///     the layout says
    public static PackedLinear of(PackedLayout layout, Safetensors file, String module, Arena arena) {
        return new PackedLinear(layout, file, module, arena);
    }

    private static Safetensors.Stored ints(Safetensors file, String name) {
        Safetensors.Stored stored = file.info(name);
        if (stored.dtype() != DType.INT32) {
            throw new IllegalArgumentException("tensor '" + name + "' is " + stored.dtype() + ", not INT32");
        }
        return stored;
    }

    private static void require(boolean right, String name, List<Long> shape, String wanted) {
        if (!right) {
            throw new IllegalArgumentException("tensor '" + name + "' of shape " + shape + " is not as the"
                    + " quantization_config in config.json says, by which it " + wanted);
        }
    }

    private static float[] scales(Safetensors file, String name, Arena arena) {
        Safetensors.Stored stored = file.info(name);
        MemorySegment bytes = file.bytes(name, arena);
        float[] scales = new float[Math.toIntExact(stored.count())];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = switch (stored.dtype()) {
                case FLOAT16 -> Float.float16ToFloat(half(bytes, i));
                case BFLOAT16 -> Float.intBitsToFloat(half(bytes, i) << 16);
                case FLOAT32 -> Float.intBitsToFloat(bytes.get(INT, 4L * i));
                default ->
                    throw new IllegalArgumentException("tensor '" + name + "' is " + stored.dtype() + ", not floats");
            };
        }
        return scales;
    }

    private static short half(MemorySegment bytes, int index) {
        return bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 2L * index);
    }

    private int[] groups(Safetensors file, String name, int count, Arena arena) {
        int[] groups = new int[inputs];
        boolean named = layout.kind() != PackedLayout.Kind.AWQ && file.names().contains(name);
        if (named) {
            require(
                    ints(file, name).shape().equals(List.of((long) inputs)),
                    name,
                    file.info(name).shape(),
                    "is " + inputs);
        }
        MemorySegment bytes = named ? file.bytes(name, arena) : MemorySegment.NULL;
        for (int i = 0; i < inputs; i++) {
            groups[i] = named
                    ? bytes.get(INT, 4L * i)
                    : layout.groupSize() == PackedLayout.ALL ? 0 : i / layout.groupSize();
            if (groups[i] < 0 || groups[i] >= count) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' puts input " + i + " into group " + groups[i] + " of " + count);
            }
        }
        return groups;
    }

    /// {@return the layout}
    public PackedLayout layout() {
        return layout;
    }

    /// {@return columns of the matrix}
    public int inputs() {
        return inputs;
    }

    /// {@return rows of the matrix}
    public int outputs() {
        return outputs;
    }

    /// {@return the group that an input belongs to}
    public int group(int input) {
        return groups[input];
    }

    /// {@return the scale of an output's weights in a group}
    public float scale(int output, int group) {
        return scales[group * outputs + output];
    }

    /// {@return the level that stands for 0 among an output's weights in a group}
    public int zero(int output, int group) {
        int perWord = layout.perWord();
        int word = zeros.get(INT, 4L * (group * (outputs / perWord) + output / perWord));
        return switch (layout.kind()) {
            case GPTQ -> (level(word, output % perWord) + 1) & layout.most();
            case GPTQ_V2 -> level(word, output % perWord);
            case AWQ -> level(word, AWQ_PLACES[output % perWord]);
        };
    }

    private int level(int word, int place) {
        return (word >>> (layout.bits() * place)) & layout.most();
    }

    /// Reads the levels of an output's weights.
    ///
    /// @param into `inputs` of them
    public void levels(int output, int[] into) {
        int perWord = layout.perWord();
        if (layout.kind() == PackedLayout.Kind.AWQ) {
            long at = output / perWord;
            for (int i = 0; i < inputs; i++) {
                into[i] =
                        level(levels.get(INT, 4 * (at + (long) i * (outputs / perWord))), AWQ_PLACES[output % perWord]);
            }
            return;
        }
        for (int i = 0; i < inputs; i += perWord) {
            int word = levels.get(INT, 4 * (output + (long) (i / perWord) * outputs));
            for (int place = 0; place < perWord; place++) {
                into[i + place] = level(word, place);
            }
        }
    }

    /// Reads an output's weights: exact, as a level's difference to its zero has 8 bits at most and a scale 16.
    ///
    /// @param into `inputs` of them
    public void row(int output, float[] into) {
        int[] row = new int[inputs];
        levels(output, row);
        int[] zeros = new int[layout.groups(inputs)];
        for (int group = 0; group < zeros.length; group++) {
            zeros[group] = zero(output, group);
        }
        for (int i = 0; i < inputs; i++) {
            into[i] = (row[i] - zeros[groups[i]]) * scale(output, groups[i]);
        }
    }
}
