package dev.mokha.language.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The published lines of decoders that [Decoder] computes, by the `model_type` of their `config.json`. What
/// sets them apart beyond the configuration's flags is written here and nowhere else.
public enum Family {
    /// Llama 1 to 3, [Touvron et al. 2023](https://arxiv.org/abs/2302.13971),
    /// [Grattafiori et al. 2024](https://arxiv.org/abs/2407.21783).
    LLAMA("LlamaForCausalLM", false),
    /// [Jiang et al. 2023](https://arxiv.org/abs/2310.06825): a sliding window in every layer.
    MISTRAL("MistralForCausalLM", false),
    /// Qwen2 and Qwen2.5, [Yang et al. 2024](https://arxiv.org/abs/2407.10671): biases on query, key and value.
    QWEN2("Qwen2ForCausalLM", false),
    /// [Yang et al. 2025](https://arxiv.org/abs/2505.09388): each query and key head is RMS-normalised.
    QWEN3("Qwen3ForCausalLM", true),
    /// [Jiang et al. 2024](https://arxiv.org/abs/2401.04088): Mistral with experts.
    MIXTRAL("MixtralForCausalLM", false),
    /// Qwen1.5-MoE and Qwen2's mixture, [Yang et al. 2024](https://arxiv.org/abs/2407.10671): experts and one
    /// that every token passes.
    QWEN2_MOE("Qwen2MoeForCausalLM", false),
    /// [Yang et al. 2025](https://arxiv.org/abs/2505.09388): Qwen3 with experts, none shared.
    QWEN3_MOE("Qwen3MoeForCausalLM", true);

    private final String architecture;
    private final boolean headNorms;

    Family(String architecture, boolean headNorms) {
        this.architecture = architecture;
        this.headNorms = headNorms;
    }

    /// {@return `model_type` in `config.json`, such as `qwen2`}
    public String modelType() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return the name in `architectures` of `config.json`}
    public String architecture() {
        return architecture;
    }

    /// {@return the name of the same stack with a classifier's head}
    public String sequenceClassifier() {
        return architecture.replace("ForCausalLM", "ForSequenceClassification");
    }

    /// {@return whether each query and key head passes an RMS norm before its rotation}
    public boolean headNorms() {
        return headNorms;
    }

    /// {@return whether some of its layers are a mixture of experts}
    public boolean mixture() {
        return this == MIXTRAL || this == QWEN2_MOE || this == QWEN3_MOE;
    }

    /// {@return whether query, key and value have biases by design}
    boolean queryKeyValueBias() {
        return this == QWEN2 || this == QWEN2_MOE;
    }

    /// {@return the name of a layer's mixture of experts in checkpoints}
    public String mixtureName() {
        return this == MIXTRAL ? "block_sparse_moe" : "mlp";
    }

    /// {@return the names of an expert's projections in checkpoints: gate, up and down}
    public List<String> expertParts() {
        GatedMlp.Names names = expertNames();
        return List.of(names.gate(), names.up(), names.down());
    }

    /// {@return the names of an expert's projections}
    GatedMlp.Names expertNames() {
        return this == MIXTRAL ? GatedMlp.Names.MIXTRAL : GatedMlp.Names.USUAL;
    }

    /// {@return the family that a `config.json` names}
    /// @throws IllegalArgumentException when there is no such family here; the message lists those there are
    public static Family of(String modelType) {
        for (Family family : values()) {
            if (family.modelType().equals(modelType)) {
                return family;
            }
        }
        String known = Arrays.stream(values()).map(Family::modelType).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "model_type '" + modelType + "' is not a decoder that Mokha computes; supported are " + known);
    }
}
