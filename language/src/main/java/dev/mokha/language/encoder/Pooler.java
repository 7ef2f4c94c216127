package dev.mokha.language.encoder;

import dev.mokha.nn.Bias;
import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;

/// BERT's vector of a whole sequence: a dense layer and tanh over its first token.
final class Pooler {
    private final Projection dense;
    private final Tap output;

    Pooler(BertConfig config, Params root) {
        Params params =
                root.at(config.family().prefix()).at("pooler").with(Init.truncatedNormal(config.initializerRange()));
        this.dense = params.linear("dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH);
        this.output = params.tap("output");
    }

    /// @param hidden `[tokens, hidden]`
    /// @return `[sequences, hidden]`
    Tensor forward(Tensor hidden, EncoderBatch batch) {
        return output.pass(dense.forward(batch.firsts(hidden)).tanh());
    }
}
