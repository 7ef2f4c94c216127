package dev.mokha.language.encoder;

import dev.mokha.nn.Bias;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Tensor;

/// From the tokens' vectors to a row of logits each: dropout and a layer.
interface TokenReadout {
    /// @param hidden `[tokens, hidden]`
    /// @return `[tokens, outputs]`
    Tensor forward(Tensor hidden);

    /// The layer that labels tokens.
    static TokenReadout ofLabels(EncoderConfig config, Params root, int outputs) {
        return switch (config) {
            case BertConfig bert -> layer(root, "classifier", bert, outputs, bert.headDropout());
            case ModernBertConfig modern -> modernBert(modern, root, outputs);
        };
    }

    /// The layer that finds where an answer starts and ends.
    static TokenReadout ofSpans(EncoderConfig config, Params root) {
        return switch (config) {
            case BertConfig bert ->
                layer(root, "qa_outputs", bert, 2, bert.family() == BertFamily.DISTILBERT ? bert.headDropout() : 0);
            case ModernBertConfig modern -> modernBert(modern, root, 2);
        };
    }

    private static TokenReadout layer(Params root, String name, BertConfig config, int outputs, double rate) {
        Dropout dropout = root.dropout(rate);
        Projection classifier = root.linear(name, config.hiddenSize(), outputs, Bias.WITH);
        return hidden -> classifier.forward(dropout.forward(hidden));
    }

    private static TokenReadout modernBert(ModernBertConfig config, Params root, int outputs) {
        ModernBertHead head = ModernBertHead.of(config, root);
        Dropout dropout = root.dropout(config.headDropout());
        Projection classifier = ModernBertHead.classifier(config, root, outputs);
        return hidden -> classifier.forward(dropout.forward(head.forward(hidden)));
    }
}
