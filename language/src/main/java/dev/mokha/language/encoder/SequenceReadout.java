package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Tensor;
import java.util.function.UnaryOperator;

/// From the tokens' vectors to one row of logits a sequence, as each family does it.
interface SequenceReadout {
    /// @param hidden `[tokens, hidden]`
    /// @return `[sequences, outputs]`
    Tensor forward(Tensor hidden, EncoderBatch batch);

    /// @param root at the root of the checkpoint
    /// @param outputs how many logits
    static SequenceReadout of(EncoderConfig config, Params root, int outputs) {
        return switch (config) {
            case BertConfig bert ->
                switch (bert.family()) {
                    case BERT -> pooled(bert, root, outputs);
                    case ROBERTA -> twoLayers(bert, root, outputs, Tensor::tanh);
                    case ELECTRA -> twoLayers(bert, root, outputs, Activation.GELU::apply);
                    case DISTILBERT -> preClassified(bert, root, outputs);
                };
            case ModernBertConfig modern -> modernBert(modern, root, outputs);
        };
    }

    /// The layer of multiple choice: one logit for each choice.
    static SequenceReadout ofChoices(EncoderConfig config, Params root) {
        return switch (config) {
            case BertConfig bert when bert.family() == BertFamily.ROBERTA -> pooled(bert, root, 1);
            case BertConfig bert when bert.family() == BertFamily.ELECTRA -> summarised(bert, root);
            default -> of(config, root, 1);
        };
    }

    /// ELECTRA's own for choices: a layer and GELU over the first token, before the layer that scores.
    private static SequenceReadout summarised(BertConfig config, Params root) {
        Projection summary =
                root.at("sequence_summary").linear("summary", config.hiddenSize(), config.hiddenSize(), Bias.WITH);
        Dropout dropout = root.dropout(config.headDropout());
        Projection classifier = root.linear("classifier", config.hiddenSize(), 1, Bias.WITH);
        return (hidden, batch) ->
                classifier.forward(dropout.forward(Activation.GELU.apply(summary.forward(batch.firsts(hidden)))));
    }

    /// Paper, §4.1: dropout and a layer over the pooled first token.
    private static SequenceReadout pooled(BertConfig config, Params root, int outputs) {
        var pooler = new Pooler(config, root);
        Dropout dropout = root.dropout(config.headDropout());
        Projection classifier = root.linear("classifier", config.hiddenSize(), outputs, Bias.WITH);
        return (hidden, batch) -> classifier.forward(dropout.forward(pooler.forward(hidden, batch)));
    }

    private static SequenceReadout twoLayers(
            BertConfig config, Params root, int outputs, UnaryOperator<Tensor> activation) {
        Params head = root.at("classifier");
        Dropout dropout = root.dropout(config.headDropout());
        Projection dense = head.linear("dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH);
        Projection out = head.linear("out_proj", config.hiddenSize(), outputs, Bias.WITH);
        return (hidden, batch) -> {
            Tensor x = dense.forward(dropout.forward(batch.firsts(hidden)));
            return out.forward(dropout.forward(activation.apply(x)));
        };
    }

    private static SequenceReadout preClassified(BertConfig config, Params root, int outputs) {
        Projection dense = root.linear("pre_classifier", config.hiddenSize(), config.hiddenSize(), Bias.WITH);
        Dropout dropout = root.dropout(config.headDropout());
        Projection classifier = root.linear("classifier", config.hiddenSize(), outputs, Bias.WITH);
        return (hidden, batch) -> classifier.forward(
                dropout.forward(dense.forward(batch.firsts(hidden)).relu()));
    }

    private static SequenceReadout modernBert(ModernBertConfig config, Params root, int outputs) {
        ModernBertHead head = ModernBertHead.of(config, root);
        Dropout dropout = root.dropout(config.headDropout());
        Projection classifier = ModernBertHead.classifier(config, root, outputs);
        return (hidden, batch) -> {
            Tensor pooled = switch (config.classifierPooling()) {
                case CLS -> batch.firsts(hidden);
                case MEAN -> batch.means(hidden);
            };
            return classifier.forward(dropout.forward(head.forward(pooled)));
        };
    }
}
