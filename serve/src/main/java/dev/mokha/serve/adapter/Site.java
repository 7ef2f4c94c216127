package dev.mokha.serve.adapter;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Projections of a decoder's layer that have the same input, and can so be changed together.
public enum Site {
    ATTENTION_INPUT,
    ATTENTION_OUTPUT,
    FEED_FORWARD_INPUT,
    FEED_FORWARD_OUTPUT,
    /// Of one of a mixture's experts.
    EXPERT_INPUT,
    EXPERT_OUTPUT,
    /// Of the expert that every row passes.
    SHARED_INPUT,
    SHARED_OUTPUT;

    /// {@return whether it is in a mixture of experts}
    public boolean inMixture() {
        return switch (this) {
            case EXPERT_INPUT, EXPERT_OUTPUT, SHARED_INPUT, SHARED_OUTPUT -> true;
            case ATTENTION_INPUT, ATTENTION_OUTPUT, FEED_FORWARD_INPUT, FEED_FORWARD_OUTPUT -> false;
        };
    }

    /// {@return the names of the projections, in the order in which the decoder computes them}
    List<String> projections(DecoderConfig config) {
        return switch (this) {
            case ATTENTION_INPUT -> List.of("q_proj", "k_proj", "v_proj");
            case ATTENTION_OUTPUT -> List.of("o_proj");
            case FEED_FORWARD_INPUT, SHARED_INPUT -> List.of("gate_proj", "up_proj");
            case FEED_FORWARD_OUTPUT, SHARED_OUTPUT -> List.of("down_proj");
            case EXPERT_INPUT -> config.modelType().expertParts().subList(0, 2);
            case EXPERT_OUTPUT -> config.modelType().expertParts().subList(2, 3);
        };
    }

    /// {@return the path of a projection, such as `model.layers.0.self_attn.q_proj`}
    ///
    /// @param expert which one, from 0; nothing for other sites
    String path(DecoderConfig config, int layer, int expert, int projection) {
        String block = switch (this) {
            case ATTENTION_INPUT, ATTENTION_OUTPUT -> "self_attn";
            case FEED_FORWARD_INPUT, FEED_FORWARD_OUTPUT -> "mlp";
            case EXPERT_INPUT, EXPERT_OUTPUT -> config.modelType().mixtureName() + ".experts." + expert;
            case SHARED_INPUT, SHARED_OUTPUT -> config.modelType().mixtureName() + ".shared_expert";
        };
        return "model.layers." + layer + "." + block + "." + projections(config).get(projection);
    }

    /// {@return how many of it a layer has; one with experts has no block of its own behind attention}
    int count(DecoderConfig config, int layer) {
        @Nullable Experts experts = config.experts();
        boolean mixed = experts != null && experts.in(layer);
        return switch (this) {
            case ATTENTION_INPUT, ATTENTION_OUTPUT -> 1;
            case FEED_FORWARD_INPUT, FEED_FORWARD_OUTPUT -> mixed ? 0 : 1;
            case EXPERT_INPUT, EXPERT_OUTPUT -> mixed ? experts(config).numExperts() : 0;
            case SHARED_INPUT, SHARED_OUTPUT -> mixed && experts(config).sharedExpertIntermediateSize() > 0 ? 1 : 0;
        };
    }

    /// {@return the width of the input}
    int inputs(DecoderConfig config) {
        return switch (this) {
            case ATTENTION_INPUT, FEED_FORWARD_INPUT, EXPERT_INPUT, SHARED_INPUT -> config.hiddenSize();
            case ATTENTION_OUTPUT -> config.numAttentionHeads() * config.headDim();
            case FEED_FORWARD_OUTPUT, EXPERT_OUTPUT, SHARED_OUTPUT -> inner(config);
        };
    }

    /// {@return the width of a projection's output}
    int outputs(DecoderConfig config, int projection) {
        return switch (this) {
            case ATTENTION_INPUT ->
                (projection == 0 ? config.numAttentionHeads() : config.numKeyValueHeads()) * config.headDim();
            case FEED_FORWARD_INPUT, EXPERT_INPUT, SHARED_INPUT -> inner(config);
            case ATTENTION_OUTPUT, FEED_FORWARD_OUTPUT, EXPERT_OUTPUT, SHARED_OUTPUT -> config.hiddenSize();
        };
    }

    /// The width inside a block.
    private int inner(DecoderConfig config) {
        return switch (this) {
            case EXPERT_INPUT, EXPERT_OUTPUT -> experts(config).moeIntermediateSize();
            case SHARED_INPUT, SHARED_OUTPUT -> experts(config).sharedExpertIntermediateSize();
            default -> config.intermediateSize();
        };
    }

    private static Experts experts(DecoderConfig config) {
        return Objects.requireNonNull(config.experts(), "the model has no experts");
    }
}
