package dev.mokha.serve.adapter;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.Experts;
import java.util.List;

/// Projections of a decoder's layer that have the same input, and can so be changed together.
public enum Site {
    ATTENTION_INPUT("self_attn"),
    ATTENTION_OUTPUT("self_attn"),
    FEED_FORWARD_INPUT("mlp"),
    FEED_FORWARD_OUTPUT("mlp");

    private final String block;

    Site(String block) {
        this.block = block;
    }

    /// {@return the names of the projections, in the order in which the decoder computes them}
    List<String> projections() {
        return switch (this) {
            case ATTENTION_INPUT -> List.of("q_proj", "k_proj", "v_proj");
            case ATTENTION_OUTPUT -> List.of("o_proj");
            case FEED_FORWARD_INPUT -> List.of("gate_proj", "up_proj");
            case FEED_FORWARD_OUTPUT -> List.of("down_proj");
        };
    }

    /// {@return the path of a projection, such as `model.layers.0.self_attn.q_proj`}
    String path(int layer, int projection) {
        return "model.layers." + layer + "." + block + "." + projections().get(projection);
    }

    /// {@return whether a layer has these projections; one with experts has none of its own behind attention}
    boolean isIn(DecoderConfig config, int layer) {
        Experts experts = config.experts();
        return block.equals("self_attn") || experts == null || !experts.in(layer);
    }

    /// {@return the width of the input}
    int inputs(DecoderConfig config) {
        return switch (this) {
            case ATTENTION_INPUT, FEED_FORWARD_INPUT -> config.hiddenSize();
            case ATTENTION_OUTPUT -> config.numAttentionHeads() * config.headDim();
            case FEED_FORWARD_OUTPUT -> config.intermediateSize();
        };
    }

    /// {@return the width of a projection's output}
    int outputs(DecoderConfig config, int projection) {
        return switch (this) {
            case ATTENTION_INPUT ->
                (projection == 0 ? config.numAttentionHeads() : config.numKeyValueHeads()) * config.headDim();
            case FEED_FORWARD_INPUT -> config.intermediateSize();
            case ATTENTION_OUTPUT, FEED_FORWARD_OUTPUT -> config.hiddenSize();
        };
    }
}
