package dev.mokha.language.decoder;

import dev.mokha.language.decoder.StepChanges.Place;
import dev.mokha.nn.Attention;
import dev.mokha.nn.AttentionMask;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.RmsNorm;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Causal self-attention with rotary positions and grouped key and value heads,
/// [Ainslie et al. 2023](https://arxiv.org/abs/2305.13245). Where the family asks for it, each query and key
/// head is RMS-normalised before it is turned.
final class SelfAttention {
    private final int layer;
    private final int headDim;
    private final boolean slides;
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final Projection output;
    private final @Nullable RmsNorm queryNorm;
    private final @Nullable RmsNorm keyNorm;
    private final Tap probs;
    private final Tap mixed;

    SelfAttention(DecoderConfig config, int layer, Params params) {
        int hidden = config.hiddenSize();
        this.layer = layer;
        this.headDim = config.headDim();
        this.slides = config.layerTypes().get(layer) == LayerType.SLIDING_ATTENTION;
        int queries = config.numAttentionHeads() * headDim;
        int keys = config.numKeyValueHeads() * headDim;
        this.query = params.linear("q_proj", hidden, queries, config.queryKeyValueBias());
        this.key = params.linear("k_proj", hidden, keys, config.queryKeyValueBias());
        this.value = params.linear("v_proj", hidden, keys, config.queryKeyValueBias());
        this.output = params.linear("o_proj", queries, hidden, config.attentionBias());
        boolean norms = config.modelType().headNorms();
        this.queryNorm = norms ? params.rmsNorm("q_norm", headDim, config.rmsNormEps()) : null;
        this.keyNorm = norms ? params.rmsNorm("k_norm", headDim, config.rmsNormEps()) : null;
        this.probs = params.tap("probs");
        this.mixed = params.at("o_proj").tap("input");
    }

    /// @param x `[batch, time, hidden]`
    /// @return `[batch, time, hidden]`
    Tensor forward(Tensor x, Pass pass) {
        Tensor q = project(query, Place.QUERY, x, pass);
        Tensor k = project(key, Place.KEY, x, pass);
        q = pass.turns().apply(normed(heads(q), queryNorm)).transpose(1, 2);
        k = pass.turns().apply(normed(heads(k), keyNorm)).transpose(1, 2);
        Tensor v = heads(project(value, Place.VALUE, x, pass)).transpose(1, 2); // [batch, kvHeads, time, headDim]
        Tensor heads = pass.elsewhere() == null
                ? attend(q, k, v, pass)
                : pass.elsewhere().attend(layer, q, k, v);
        return project(output, Place.OUTPUT, mixed.pass(heads.transpose(1, 2).flatten(2)), pass);
    }

    private Tensor project(Projection projection, Place place, Tensor x, Pass pass) {
        return pass.changed(layer, place, x, projection.forward(x));
    }

    /// {@return `[batch, heads, time, headDim]`}
    private Tensor attend(Tensor query, Tensor key, Tensor value, Pass pass) {
        Tensor k = key;
        Tensor v = value;
        if (pass.cache() != null) {
            var all = pass.cache().append(layer, k, v);
            k = all.keys();
            v = all.values();
        }
        AttentionMask mask = slides ? pass.sliding() : pass.full();
        return Attention.attend(query, k, v, mask, 1 / Math.sqrt(headDim), probs);
    }

    /// `[batch, time, heads · headDim]` to `[batch, time, heads, headDim]`
    private Tensor heads(Tensor x) {
        return x.unflatten(-1, -1, headDim);
    }

    private static Tensor normed(Tensor heads, @Nullable RmsNorm norm) {
        return norm == null ? heads : norm.forward(heads);
    }
}
