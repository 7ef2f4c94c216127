package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;

/// One layer of BERT (paper, §3): self-attention and a feed-forward block, each followed by dropout, the
/// residual and the norm: `x ← LN(x + Dropout(SubLayer(x)))`.
final class BertLayer {
    private final Projection query;
    private final Projection key;
    private final Projection value;
    private final PackedAttention attention;
    private final Projection attentionOutput;
    private final LayerNorm attentionNorm;
    private final Tap attended;
    private final Projection up;
    private final Activation activation;
    private final Projection down;
    private final LayerNorm outputNorm;
    private final Dropout dropout;
    private final Tap output;

    BertLayer(BertConfig config, Params params) {
        int hidden = config.hiddenSize();
        BertFamily.Names names = config.family().names();
        this.query = params.linear(names.query(), hidden, hidden, Bias.WITH);
        this.key = params.linear(names.key(), hidden, hidden, Bias.WITH);
        this.value = params.linear(names.value(), hidden, hidden, Bias.WITH);
        this.attention = new PackedAttention(
                config.numAttentionHeads(),
                params.dropout(config.attentionProbsDropoutProb()),
                params.tap(names.probs()));
        this.attentionOutput = params.linear(names.attentionOutput(), hidden, hidden, Bias.WITH);
        this.attentionNorm = params.layerNorm(names.attentionNorm(), hidden, config.layerNormEps());
        this.attended = params.at("attention").tap("output");
        this.up = params.linear(names.up(), hidden, config.intermediateSize(), Bias.WITH);
        this.activation = config.hiddenAct();
        this.down = params.linear(names.down(), config.intermediateSize(), hidden, Bias.WITH);
        this.outputNorm = params.layerNorm(names.outputNorm(), hidden, config.layerNormEps());
        this.dropout = params.dropout(config.hiddenDropoutProb());
        this.output = params.tap("output");
    }

    /// @param x `[tokens, hidden]`
    /// @return `[tokens, hidden]`
    Tensor forward(Tensor x, EncoderBatch batch) {
        Tensor mixed = attention.forward(
                query.forward(x), key.forward(x), value.forward(x), batch.runs(), PackedAttention::open);
        Tensor a = attended.pass(attentionNorm.forward(x.add(dropout.forward(attentionOutput.forward(mixed)))));
        Tensor inside = activation.apply(up.forward(a)); // [tokens, intermediate]
        return output.pass(outputNorm.forward(a.add(dropout.forward(down.forward(inside)))));
    }
}
