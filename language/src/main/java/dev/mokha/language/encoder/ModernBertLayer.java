package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Init;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// One layer of [ModernBert]: `x + attention(norm x)`, then `x + mlp(norm x)`. The first layer has no
/// norm before its attention: the embeddings have just been normalised.
///
/// The feed-forward block is GeGLU, [Shazeer 2020](https://arxiv.org/abs/2002.05202):
/// `Wo(act(a) · b)` with `[a, b] = Wi x`.
final class ModernBertLayer {
    private final @Nullable LayerNorm attentionNorm;
    private final Projection queryKeyValue;
    private final PackedAttention attention;
    private final Projection attentionOutput;
    private final Dropout attentionDropout;
    private final Tap attended;
    private final LayerNorm mlpNorm;
    private final Projection up;
    private final Activation activation;
    private final Dropout mlpDropout;
    private final Projection down;
    private final Tap mlpOutput;
    private final Tap output;
    private final int heads;

    ModernBertLayer(ModernBertConfig config, int layer, Params params) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        Bias norms = Bias.when(config.normBias());
        Params out = params.with(outputInit(config));
        this.heads = config.numAttentionHeads();
        this.attentionNorm = layer == 0 ? null : params.layerNorm("attn_norm", hidden, config.normEps(), norms);
        this.queryKeyValue = params.linear("attn.Wqkv", hidden, 3L * hidden, config.attentionBias());
        this.attention =
                new PackedAttention(heads, params.dropout(config.attentionDropout()), params.tap("attn.probs"));
        this.attentionOutput = out.linear("attn.Wo", hidden, hidden, config.attentionBias());
        this.attentionDropout = params.dropout(config.attentionDropout());
        this.attended = params.tap("attn.output");
        this.mlpNorm = params.layerNorm("mlp_norm", hidden, config.normEps(), norms);
        this.up = params.linear("mlp.Wi", hidden, 2L * inner, config.mlpBias());
        this.activation = config.hiddenActivation();
        this.mlpDropout = params.dropout(config.mlpDropout());
        this.down = out.linear("mlp.Wo", inner, hidden, config.mlpBias());
        this.mlpOutput = params.tap("mlp.output");
        this.output = params.tap("output");
    }

    /// What writes into the residual stream begins smaller, the more layers do so (paper, §2.1.3, after
    /// Megatron).
    static Init outputInit(ModernBertConfig config) {
        return Init.truncatedNormal(config.initializerRange() / Math.sqrt(2.0 * config.numHiddenLayers()));
    }

    /// @param x `[tokens, hidden]`
    /// @return `[tokens, hidden]`
    Tensor forward(Tensor x, EncoderBatch batch, ModernBert.Pass pass) {
        Tensor y = x.add(attended.pass(attend(attentionNorm == null ? x : attentionNorm.forward(x), batch, pass)));
        return output.pass(y.add(mlpOutput.pass(mlp(mlpNorm.forward(y)))));
    }

    private Tensor attend(Tensor x, EncoderBatch batch, ModernBert.Pass pass) {
        long hidden = x.size(1);
        Tensor qkv = queryKeyValue.forward(x); // [tokens, 3 · hidden]
        Tensor both = qkv.narrow(1, 0, 2 * hidden).unflatten(1, 2L * heads, hidden / heads); // queries, then keys
        Tensor turned = pass.turns().apply(both.unsqueeze(0)).view(-1, 2 * hidden);
        Tensor mixed = attention.forward(
                turned.narrow(1, 0, hidden),
                turned.narrow(1, hidden, hidden),
                qkv.narrow(1, 2 * hidden, hidden),
                batch.runs(),
                pass::mask);
        return attentionDropout.forward(attentionOutput.forward(mixed));
    }

    private Tensor mlp(Tensor x) {
        Tensor both = up.forward(x); // [tokens, 2 · intermediate]
        long inner = both.size(1) / 2;
        Tensor gated = activation.apply(both.narrow(1, 0, inner)).mul(both.narrow(1, inner, inner));
        return down.forward(mlpDropout.forward(gated));
    }
}
