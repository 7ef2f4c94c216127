package dev.mokha.language.decoder;

import dev.mokha.nn.Params;
import dev.mokha.nn.RmsNorm;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;

/// One layer: `x + attention(norm x)`, then `x + mlp(norm x)`, where the latter may be a mixture of experts.
final class DecoderLayer {
    private final RmsNorm attentionNorm;
    private final Tap attentionInput;
    private final SelfAttention attention;
    private final Tap attentionOutput;
    private final RmsNorm mlpNorm;
    private final Tap mlpInput;
    private final FeedForward mlp;
    private final Tap mlpOutput;
    private final Tap output;

    DecoderLayer(DecoderConfig config, int layer, Params params) {
        this.attentionNorm = params.rmsNorm("input_layernorm", config.hiddenSize(), config.rmsNormEps());
        this.attentionInput = params.at("input_layernorm").tap("output");
        this.attention = new SelfAttention(config, layer, params.at("self_attn"));
        this.attentionOutput = params.tap("self_attn.output");
        this.mlpNorm = params.rmsNorm("post_attention_layernorm", config.hiddenSize(), config.rmsNormEps());
        this.mlpInput = params.at("post_attention_layernorm").tap("output");
        this.mlp = feedForward(config, layer, params);
        this.mlpOutput = params.tap("mlp.output");
        this.output = params.tap("output");
    }

    private static FeedForward feedForward(DecoderConfig config, int layer, Params params) {
        Experts experts = config.experts();
        if (experts == null || !experts.in(layer)) {
            return GatedMlp.of(config, layer, params.at("mlp"));
        }
        Family family = config.modelType();
        return new MixtureOfExperts(config.hiddenSize(), experts, family, params.at(family.mixtureName()));
    }

    /// @param x `[batch, time, hidden]`
    /// @return `[batch, time, hidden]`
    Tensor forward(Tensor x, Pass pass) {
        Tensor seen = attentionInput.pass(attentionNorm.forward(x));
        Tensor y = x.add(attentionOutput.pass(attention.forward(seen, pass)));
        return output.pass(y.add(mlpOutput.pass(mlp.forward(mlpInput.pass(mlpNorm.forward(y)), pass))));
    }
}
