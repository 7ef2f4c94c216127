package dev.mokha.language.gguf;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import dev.mokha.language.decoder.Family;
import dev.mokha.language.decoder.LayerType;
import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.language.folder.GenerationConfig;
import dev.mokha.language.rotary.Rope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Says a decoder's shape in a file's keys: the other way of [ConfigReader].
record ModelKeys(DecoderConfig config) {
    /// What GGUF files call the tokens that end a text, a turn and a message: there is room for three.
    private static final List<String> ENDS = List.of("eos", "eot", "eom");

    /// @param name for people
    Map<String, GgufValue> write(String name, GenerationConfig generation) {
        var keys = new LinkedHashMap<String, GgufValue>();
        String arch = arch();
        keys.put("general.architecture", GgufValue.text(arch));
        keys.put("general.type", GgufValue.text("model"));
        keys.put("general.name", GgufValue.text(name));
        put(keys, "block_count", config.numHiddenLayers());
        put(keys, "context_length", config.maxPositionEmbeddings());
        put(keys, "embedding_length", config.hiddenSize());
        put(keys, "feed_forward_length", config.intermediateSize());
        put(keys, "attention.head_count", config.numAttentionHeads());
        put(keys, "attention.head_count_kv", config.numKeyValueHeads());
        put(keys, "attention.key_length", config.headDim());
        put(keys, "attention.value_length", config.headDim());
        put(keys, "vocab_size", config.vocabSize());
        keys.put(arch + ".attention.layer_norm_rms_epsilon", GgufValue.float32(config.rmsNormEps()));
        if (config.layerTypes().contains(LayerType.SLIDING_ATTENTION)) {
            @Nullable Integer window = config.slidingWindow();
            if (config.modelType() != Family.MISTRAL || window == null) {
                throw new IllegalArgumentException("some layers of this " + arch
                        + " slide, which GGUF files cannot say; a folder can: --out FOLDER");
            }
            put(keys, "attention.sliding_window", window);
        }
        experts(keys);
        rope(keys);
        special(keys, generation.special());
        sampling(keys, generation);
        return keys;
    }

    /// {@return the architecture, under which llama.cpp computes the model}
    String arch() {
        return switch (config.modelType()) {
            case LLAMA, MISTRAL, MIXTRAL -> "llama";
            case QWEN2 -> "qwen2";
            case QWEN3 -> "qwen3";
            case QWEN2_MOE -> "qwen2moe";
            case QWEN3_MOE -> "qwen3moe";
        };
    }

    private void experts(Map<String, GgufValue> keys) {
        @Nullable Experts experts = config.experts();
        if (experts == null) {
            return;
        }
        boolean everywhere = IntStream.range(0, config.numHiddenLayers()).allMatch(experts::in);
        boolean normalised = config.modelType() != Family.QWEN2_MOE;
        if (!everywhere || experts.normTopkProb() != normalised) {
            throw new IllegalArgumentException(
                    everywhere
                            ? "norm_topk_prob of " + config.modelType().modelType() + " is " + normalised
                                    + " in GGUF files; a folder can say otherwise: --out FOLDER"
                            : "some layers of this " + arch()
                                    + " have no experts, which GGUF files cannot say; a folder" + " can: --out FOLDER");
        }
        put(keys, "expert_count", experts.numExperts());
        put(keys, "expert_used_count", experts.numExpertsPerTok());
        if (config.modelType() != Family.MIXTRAL) {
            put(keys, "expert_feed_forward_length", experts.moeIntermediateSize());
        }
        if (config.modelType() == Family.QWEN2_MOE) {
            put(keys, "expert_shared_feed_forward_length", experts.sharedExpertIntermediateSize());
        }
    }

    /// {@return the order of the rows of queries and keys}
    RowOrder order() {
        return arch().equals("llama") ? new RowOrder(config.headDim()) : RowOrder.asStored();
    }

    private void rope(Map<String, GgufValue> keys) {
        put(keys, "rope.dimension_count", config.headDim());
        String prefix = arch() + ".rope.";
        keys.put(prefix + "freq_base", GgufValue.float32(config.ropeParameters().theta()));
        switch (config.ropeParameters().scaling()) {
            case Rope.Scaling.None _, Rope.Scaling.Llama3 _ -> {}
            case Rope.Scaling.Linear(double factor) -> {
                keys.put(prefix + "scaling.type", GgufValue.text("linear"));
                keys.put(prefix + "scaling.factor", GgufValue.float32(factor));
            }
            case Rope.Scaling.Yarn yarn -> {
                keys.put(prefix + "scaling.type", GgufValue.text("yarn"));
                keys.put(prefix + "scaling.factor", GgufValue.float32(yarn.factor()));
                put(keys, "rope.scaling.original_context_length", yarn.originalMaxPositionEmbeddings());
                keys.put(prefix + "scaling.yarn_beta_fast", GgufValue.float32(yarn.betaFast()));
                keys.put(prefix + "scaling.yarn_beta_slow", GgufValue.float32(yarn.betaSlow()));
                double usual = 0.1 * Math.log(yarn.factor()) + 1;
                double asked = config.ropeParameters().attentionFactor();
                if (asked != usual) {
                    keys.put(prefix + "scaling.attn_factor", GgufValue.float32(asked / usual));
                }
            }
            case Rope.Scaling.Dynamic _ ->
                throw new IllegalArgumentException("'dynamic' rope scaling cannot be said in GGUF files");
        }
    }

    /// {@return what the frequencies of Llama 3's rotary embedding are divided by; empty for other embeddings}
    float[] ropeFactors() {
        Rope rope = config.ropeParameters();
        if (!(rope.scaling() instanceof Rope.Scaling.Llama3)) {
            return new float[0];
        }
        double[] divisors = rope.divisors(config.headDim());
        float[] factors = new float[divisors.length];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) divisors[i];
        }
        return factors;
    }

    private static void special(Map<String, GgufValue> keys, SpecialIds special) {
        List<Integer> ends = special.eos();
        putId(keys, "bos", special.bos());
        putId(keys, "padding", special.pad());
        for (int i = 0; i < Math.min(ends.size(), ENDS.size()); i++) {
            putId(keys, ENDS.get(i), ends.get(i));
        }
    }

    private static void putId(Map<String, GgufValue> keys, String name, @Nullable Integer id) {
        if (id != null) {
            keys.put("tokenizer.ggml." + name + "_token_id", GgufValue.uint32(id));
        }
    }

    private static void sampling(Map<String, GgufValue> keys, GenerationConfig generation) {
        if (!generation.doSample()) {
            return;
        }
        putNumber(keys, "temp", generation.temperature() == null ? (Double) 1.0 : generation.temperature());
        putNumber(keys, "top_p", generation.topP());
        putNumber(keys, "min_p", generation.minP());
        putNumber(keys, "penalty_repeat", generation.repetitionPenalty());
        @Nullable Integer topK = generation.topK();
        if (topK != null) {
            keys.put("general.sampling.top_k", GgufValue.int32(topK));
        }
    }

    private static void putNumber(Map<String, GgufValue> keys, String name, @Nullable Double number) {
        if (number != null) {
            keys.put("general.sampling." + name, GgufValue.float32(number));
        }
    }

    private void put(Map<String, GgufValue> keys, String name, int number) {
        keys.put(arch() + "." + name, GgufValue.uint32(number));
    }
}
