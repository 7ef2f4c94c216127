package dev.mokha.language.gguf;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.decoder.SpecialIds;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the shape of a decoder from a file's keys. What would change the numbers and is not computed is
/// refused.
final class ConfigReader {
    private static final String ARCHITECTURE = "general.architecture";

    /// Keys that change what is computed, unless they are 0 or no.
    private static final List<String> NOT_COMPUTED = List.of(
            "expert_weights_scale",
            "expert_group_count",
            "expert_group_used_count",
            "expert_shared_count",
            "expert_latent_length",
            "experts_per_group",
            "moe_every_n_layers",
            "interleave_moe_layer_step",
            "logit_scale",
            "embedding_scale",
            "residual_scale",
            "use_parallel_residual",
            "attn_logit_softcapping",
            "final_logit_softcapping",
            "attention.clamp_kqv",
            "attention.max_alibi_bias",
            "attention.scale",
            "attention.output_scale",
            "attention.value_scale",
            "attention.temperature_scale",
            "attention.sliding_window_pattern",
            "attention.shared_kv_layers",
            "rope.dimension_sections");

    private final GgufFile file;
    private final GgufKeys keys;
    private final String arch;

    ConfigReader(GgufFile file) {
        this.file = file;
        this.keys = file.keys();
        this.arch = keys.text(ARCHITECTURE);
    }

    /// @param tensors the names of the checkpoint's tensors that the file has
    DecoderConfig read(Set<String> tensors, SpecialIds special) {
        Family family = family(tensors);
        for (String key : NOT_COMPUTED) {
            @Nullable Object value = keys.values().get(arch + "." + key);
            if (value != null && !Set.of(0L, 0.0, false).contains(value)) {
                throw keys.wrong(arch + "." + key, "that is not computed here");
            }
        }
        if (!keys.flag(arch + ".attention.causal", true)) {
            throw keys.wrong(arch + ".attention.causal", "decoders are causal");
        }
        GgufTensor table = file.tensor("token_embd.weight");
        int layers = size("block_count");
        if (layers > 10_000) {
            throw keys.wrong(arch + ".block_count", "no such model exists");
        }
        int hidden = size("embedding_length");
        int heads = size("attention.head_count");
        int headDim = keys.size(arch + ".attention.key_length", Math.max(1, hidden / heads));
        if (keys.size(arch + ".attention.value_length", headDim) != headDim) {
            throw keys.wrong(arch + ".attention.value_length", "values are as wide as keys here, " + headDim);
        }
        int context = size("context_length");
        int vocab = Math.toIntExact(Math.min(table.shape().getFirst(), Integer.MAX_VALUE));
        @Nullable Integer window = window(family);
        float[] factors = file.tensors().containsKey(TensorNames.ROPE_FACTORS)
                ? file.floats(TensorNames.ROPE_FACTORS)
                : new float[0];
        boolean outputBias = tensors.contains("model.layers.0.self_attn.o_proj.bias");
        return new DecoderConfig(
                window == null ? family : Family.MISTRAL,
                vocab,
                hidden,
                size("feed_forward_length"),
                layers,
                heads,
                keys.size(arch + ".attention.head_count_kv", heads),
                headDim,
                context,
                keys.number(arch + ".attention.layer_norm_rms_epsilon", 1e-6),
                0.02,
                new RopeReader(keys, arch).read(headDim, context, factors),
                !tensors.contains(TensorNames.HEAD),
                outputBias,
                tensors.contains("model.layers.0.mlp.gate_proj.bias"),
                0,
                window,
                Collections.nCopies(layers, window == null ? LayerType.FULL_ATTENTION : LayerType.SLIDING_ATTENTION),
                special,
                Map.of(),
                experts(family));
    }

    /// As llama.cpp has it: every layer has experts, their weights sum to 1 in all but `qwen2moe`, whose shared
    /// expert is as wide as a whole layer where the file does not say otherwise.
    private @Nullable Experts experts(Family family) {
        if (!family.mixture()) {
            return null;
        }
        if (keys.size(arch + ".expert_gating_func", 1) != 1) {
            throw keys.wrong(arch + ".expert_gating_func", "experts are chosen by a softmax, which is 1");
        }
        int count = size("expert_count");
        int used = size("expert_used_count");
        int wide = size("feed_forward_length");
        int inner = keys.size(arch + ".expert_feed_forward_length", Math.max(1, wide / Math.max(1, used)));
        return switch (family) {
            case MIXTRAL -> Experts.of(count, used, wide);
            case QWEN2_MOE -> {
                int shared = keys.size(arch + ".expert_shared_feed_forward_length", wide);
                yield new Experts(count, used, inner, shared, false, 0.001, false, 1, List.of());
            }
            default -> Experts.of(count, used, inner);
        };
    }

    /// {@return the family that names the experts' tensors; that of plain models where there are none}
    Family mixtureOrLlama() {
        return switch (arch) {
            case "llama" -> keys.number(arch + ".expert_count", 0) > 0 ? Family.MIXTRAL : Family.LLAMA;
            case "qwen2moe" -> Family.QWEN2_MOE;
            case "qwen3moe" -> Family.QWEN3_MOE;
            default -> Family.LLAMA;
        };
    }

    /// A `llama` with biases on query, key and value only is computed as Qwen2 is.
    private Family family(Set<String> tensors) {
        boolean queryBias = tensors.contains("model.layers.0.self_attn.q_proj.bias");
        boolean outputBias = tensors.contains("model.layers.0.self_attn.o_proj.bias");
        return switch (arch) {
            case "llama" -> {
                Family plain = queryBias && !outputBias ? Family.QWEN2 : Family.LLAMA;
                boolean mixture = mixtureOrLlama() == Family.MIXTRAL;
                if (mixture && plain == Family.QWEN2) {
                    throw keys.wrong(arch + ".expert_count", "Mixtral has no biases on query, key and value alone");
                }
                yield mixture ? Family.MIXTRAL : plain;
            }
            case "qwen2" -> Family.QWEN2;
            case "qwen3" -> Family.QWEN3;
            case "qwen2moe", "qwen3moe" -> mixtureOrLlama();
            default -> throw keys.wrong(ARCHITECTURE, "llama, qwen2, qwen3, qwen2moe and qwen3moe are computed here");
        };
    }

    /// A `llama` whose every layer slides is a Mistral.
    private @Nullable Integer window(Family family) {
        String key = arch + ".attention.sliding_window";
        if (!keys.has(key) || keys.number(key, 0) == 0) {
            return null;
        }
        if (family != Family.LLAMA) {
            throw keys.wrong(key, "which layers of " + arch + " slide is not said in GGUF files");
        }
        return keys.size(key);
    }

    /// {@return how wide the heads are whose rows are interleaved in the file; 0 for none}
    int interleaved(DecoderConfig config) {
        return arch.equals("llama") ? config.headDim() : 0;
    }

    private int size(String key) {
        return keys.size(arch + "." + key);
    }
}
