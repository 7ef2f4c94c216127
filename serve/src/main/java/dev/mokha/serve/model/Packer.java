package dev.mokha.serve.model;

import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.serve.kernel.PackedMatrix;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Copies a decoder's weights out of their files into packed matrices.
final class Packer {
    private static final int PANELS_A_PART = 16;
    private static final long AT_ONCE = 1 << 24; // bytes, before the file behind them is let go of

    /// What the kernels for activations take at a time.
    private static final int INPUT_STEP = 32;

    private final WeightSource source;
    private final Team team;
    private final Arena arena;
    private final Map<WeightType, Long> matrixBytes = new EnumMap<>(WeightType.class);

    Packer(WeightSource source, Team team, Arena arena) {
        this.source = source;
        this.team = team;
        this.arena = arena;
    }

    PackedLayer layer(int layer) {
        String at = "model.layers." + layer + ".";
        var config = source.config();
        int hidden = config.hiddenSize();
        int queries = config.numAttentionHeads() * config.headDim();
        int keys = config.numKeyValueHeads() * config.headDim();
        boolean biased = config.queryKeyValueBias();
        boolean norms = config.modelType().headNorms();
        return new PackedLayer(
                vector(at + "input_layernorm.weight", hidden),
                matrix(at + "self_attn.q_proj.weight", queries, hidden),
                matrix(at + "self_attn.k_proj.weight", keys, hidden),
                matrix(at + "self_attn.v_proj.weight", keys, hidden),
                biased ? joined(at, queries, keys) : null,
                norms ? vector(at + "self_attn.q_norm.weight", config.headDim()) : null,
                norms ? vector(at + "self_attn.k_norm.weight", config.headDim()) : null,
                matrix(at + "self_attn.o_proj.weight", hidden, queries),
                bias(config.attentionBias(), at + "self_attn.o_proj.bias", hidden),
                vector(at + "post_attention_layernorm.weight", hidden),
                feedForward(layer, at));
    }

    private FeedForwardWeights feedForward(int layer, String at) {
        var config = source.config();
        Experts experts = config.experts();
        if (experts == null || !experts.in(layer)) {
            return gated(at + "mlp.", Family.LLAMA.expertParts(), config.intermediateSize(), config.mlpBias());
        }
        String block = at + config.modelType().mixtureName() + ".";
        var each = new ArrayList<FeedForwardWeights.Gated>();
        for (int i = 0; i < experts.numExperts(); i++) {
            List<String> parts = config.modelType().expertParts();
            each.add(gated(block + "experts." + i + ".", parts, experts.moeIntermediateSize(), false));
        }
        int inner = experts.sharedExpertIntermediateSize();
        if (inner == 0) {
            return new FeedForwardWeights.Mixture(router(block, experts, false), each, null);
        }
        var shared = gated(block + "shared_expert.", Family.LLAMA.expertParts(), inner, false);
        return new FeedForwardWeights.Mixture(router(block, experts, true), each, shared);
    }

    /// @param parts the names of gate, up and down
    private FeedForwardWeights.Gated gated(String at, List<String> parts, int inner, boolean biased) {
        int hidden = source.config().hiddenSize();
        String gate = at + parts.get(0);
        String up = at + parts.get(1);
        String down = at + parts.get(2);
        return new FeedForwardWeights.Gated(
                matrix(gate + ".weight", inner, hidden),
                matrix(up + ".weight", inner, hidden),
                matrix(down + ".weight", hidden, inner),
                bias(biased, gate + ".bias", inner),
                bias(biased, up + ".bias", inner),
                bias(biased, down + ".bias", hidden));
    }

    /// {@return the scores' matrix in float32, whatever it is stored in, the gate of the shared expert
    /// behind it}
    private PackedMatrix router(String block, Experts experts, boolean shared) {
        int hidden = source.config().hiddenSize();
        int rows = experts.numExperts() + (shared ? 1 : 0);
        var packed = PackedMatrix.allocate(WeightType.F32, rows, hidden, arena);
        matrixBytes.merge(packed.type(), packed.data().byteSize(), Long::sum);
        WeightSource.Rows scores = shaped(block + "gate.weight", experts.numExperts(), hidden);
        for (int i = 0; i < experts.numExperts(); i++) {
            packed.fill(i, MemorySegment.ofArray(floats(block + "gate.weight", scores, i)));
        }
        if (shared) {
            String gate = block + "shared_expert_gate.weight";
            packed.fill(rows - 1, MemorySegment.ofArray(floats(gate, shaped(gate, 1, hidden), 0)));
        }
        return packed;
    }

    private MemorySegment joined(String at, int queries, int keys) {
        MemorySegment all = arena.allocate(4L * (queries + 2 * keys), 64);
        all.copyFrom(vector(at + "self_attn.q_proj.bias", queries));
        all.asSlice(4L * queries).copyFrom(vector(at + "self_attn.k_proj.bias", keys));
        all.asSlice(4L * (queries + keys)).copyFrom(vector(at + "self_attn.v_proj.bias", keys));
        return all;
    }

    private @Nullable MemorySegment bias(boolean there, String name, int width) {
        return there ? vector(name, width) : null;
    }

    /// {@return a vector as float32}
    MemorySegment vector(String name, int width) {
        float[] numbers = floats(name, shaped(name, 1, width), 0);
        return arena.allocate(4L * width, 64).copyFrom(MemorySegment.ofArray(numbers));
    }

    private static float[] floats(String name, WeightSource.Rows rows, int row) {
        MemorySegment bytes = rows.row(row);
        float[] floats = new float[rows.width()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = switch (rows.type()) {
                case F32 -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
                case F16 -> Float.float16ToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
                case BF16 -> Float.intBitsToFloat(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i) << 16);
                default ->
                    throw new IllegalArgumentException(
                            "tensor '" + name + "' is stored as " + rows.type() + ", and has to be in floats");
            };
        }
        return floats;
    }

    /// {@return a matrix, its numbers unchanged}
    PackedMatrix matrix(String name, int outputs, int inputs) {
        WeightSource.Rows rows = shaped(name, outputs, inputs);
        if (inputs % INPUT_STEP != 0) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + inputs
                    + " inputs, which have to be a multiple of " + INPUT_STEP + " here");
        }
        PackedMatrix packed;
        try {
            packed = PackedMatrix.allocate(rows.type(), outputs, inputs, arena);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("tensor '" + name + "': " + e.getMessage(), e);
        }
        matrixBytes.merge(packed.type(), packed.data().byteSize(), Long::sum);
        int together = Math.toIntExact(Math.clamp(AT_ONCE / packed.panelBytes(), 1, packed.panels()));
        for (int first = 0; first < packed.panels(); first += together) {
            int last = Math.min(packed.panels(), first + together);
            pack(rows, packed, first, last);
            // Else the file's pages count as this process' memory, beside the packed ones.
            rows.release(first * WeightType.PANEL, Math.min(outputs, last * WeightType.PANEL));
        }
        return packed;
    }

    private void pack(WeightSource.Rows rows, PackedMatrix packed, int first, int last) {
        team.run((last - first + PANELS_A_PART - 1) / PANELS_A_PART, (part, _) -> {
            int end = Math.min(last, first + (part + 1) * PANELS_A_PART);
            for (int panel = first + part * PANELS_A_PART; panel < end; panel++) {
                for (int n = 0; n < WeightType.PANEL && panel * WeightType.PANEL + n < packed.outputs(); n++) {
                    int output = panel * WeightType.PANEL + n;
                    packed.fill(output, rows.row(output));
                }
            }
        });
    }

    /// {@return the bytes of all matrices so far, by type}
    Map<WeightType, Long> matrixBytes() {
        return matrixBytes;
    }

    private WeightSource.Rows shaped(String name, int count, int width) {
        WeightSource.Rows rows = source.rows(name);
        if (rows.count() != count || rows.width() != width) {
            throw new IllegalArgumentException("tensor '" + name + "' has " + rows.count() + " rows of " + rows.width()
                    + "; the configuration says " + count + " of " + width);
        }
        return rows;
    }
}
