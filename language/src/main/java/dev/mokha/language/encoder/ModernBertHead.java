package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Init;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Tensor;

/// What stands before the last layer of every task in ModernBERT: a dense layer, an activation, a norm.
///
/// @param dense `[hidden] → [hidden]`
/// @param activation of the dense layer
/// @param norm behind it
record ModernBertHead(Projection dense, Activation activation, LayerNorm norm) {
    static ModernBertHead of(ModernBertConfig config, Params root) {
        int hidden = config.hiddenSize();
        Params head = root.at("head").with(ModernBertLayer.outputInit(config));
        return new ModernBertHead(
                head.linear("dense", hidden, hidden, config.classifierBias()),
                config.classifierActivation(),
                head.layerNorm("norm", hidden, config.normEps(), Bias.when(config.normBias())));
    }

    /// The task's last layer.
    static Projection classifier(ModernBertConfig config, Params root, int outputs) {
        return root.with(Init.truncatedNormal(1 / Math.sqrt(config.hiddenSize())))
                .linear("classifier", config.hiddenSize(), outputs, Bias.WITH);
    }

    /// @param x `[rows, hidden]`
    /// @return `[rows, hidden]`
    Tensor forward(Tensor x) {
        return norm.forward(activation.apply(dense.forward(x)));
    }
}
