package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Init;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The masked-language head (paper, §3.1, Task 1): a dense layer, the activation and a norm, then the table
/// of embeddings as output layer with a bias of its own.
final class PredictionHead {
    private final Projection dense;
    private final Activation activation;
    private final LayerNorm norm;
    private final Tensor table;
    private final @Nullable Tensor bias;

    private PredictionHead(
            Projection dense, Activation activation, LayerNorm norm, Tensor table, @Nullable Tensor bias) {
        this.dense = dense;
        this.activation = activation;
        this.norm = norm;
        this.table = table;
        this.bias = bias;
    }

    static PredictionHead of(Encoder encoder, Params root) {
        return switch (encoder.config()) {
            case BertConfig config ->
                switch (config.family()) {
                    case BERT -> bert(config, encoder, root);
                    case ROBERTA -> roberta(config, encoder, root);
                    case DISTILBERT -> distilbert(config, encoder, root);
                    case ELECTRA -> electra(config, encoder, root);
                };
            case ModernBertConfig config -> modernBert(config, encoder, root);
        };
    }

    private static PredictionHead bert(BertConfig config, Encoder encoder, Params root) {
        Params cls = root.at("cls.predictions");
        return new PredictionHead(
                cls.linear("transform.dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH),
                config.hiddenAct(),
                cls.layerNorm("transform.LayerNorm", config.hiddenSize(), config.layerNormEps()),
                table(encoder, cls.at("decoder")),
                cls.tensor("bias", Init.zeros(), config.vocabSize()));
    }

    private static PredictionHead roberta(BertConfig config, Encoder encoder, Params root) {
        Params head = root.at("lm_head");
        return new PredictionHead(
                head.linear("dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH),
                Activation.GELU,
                head.layerNorm("layer_norm", config.hiddenSize(), config.layerNormEps()),
                table(encoder, head.at("decoder")),
                head.tensor("bias", Init.zeros(), config.vocabSize()));
    }

    private static PredictionHead distilbert(BertConfig config, Encoder encoder, Params root) {
        return new PredictionHead(
                root.linear("vocab_transform", config.hiddenSize(), config.hiddenSize(), Bias.WITH),
                config.hiddenAct(),
                root.layerNorm("vocab_layer_norm", config.hiddenSize(), 1e-12),
                table(encoder, root.at("vocab_projector")),
                root.at("vocab_projector").tensor("bias", Init.zeros(), config.vocabSize()));
    }

    private static PredictionHead electra(BertConfig config, Encoder encoder, Params root) {
        Params head = root.at("generator_predictions");
        return new PredictionHead(
                head.linear("dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH),
                Activation.GELU,
                head.layerNorm("LayerNorm", config.hiddenSize(), config.layerNormEps()),
                table(encoder, root.at("generator_lm_head")),
                root.at("generator_lm_head").tensor("bias", Init.zeros(), config.vocabSize()));
    }

    private static PredictionHead modernBert(ModernBertConfig config, Encoder encoder, Params root) {
        ModernBertHead head = ModernBertHead.of(config, root);
        Params decoder = root.at("decoder");
        return new PredictionHead(
                head.dense(),
                head.activation(),
                head.norm(),
                table(encoder, decoder),
                config.decoderBias() ? decoder.tensor("bias", Init.zeros(), config.vocabSize()) : null);
    }

    private static Tensor table(Encoder encoder, Params decoder) {
        EncoderConfig config = encoder.config();
        return config.tieWordEmbeddings()
                ? encoder.words().weight()
                : decoder.tensor(
                        "weight",
                        Init.truncatedNormal(config.initializerRange()),
                        config.vocabSize(),
                        config.hiddenSize());
    }

    /// {@return what goes into the output layer, `[rows, hidden]`}
    /// @param hidden `[rows, hidden]`
    private Tensor transform(Tensor hidden) {
        return norm.forward(activation.apply(dense.forward(hidden)));
    }

    /// {@return the logits, `[rows, vocab]`}
    /// @param hidden `[rows, hidden]`
    Tensor logits(Tensor hidden) {
        return Functional.linear(transform(hidden), table, bias);
    }

    /// {@return the mean of `−log softmax(logits)[label]`, a scalar}
    /// @param hidden `[rows, hidden]`
    /// @param labels 64-bit integers `[rows]`; -100 leaves a row out
    Tensor loss(Tensor hidden, Tensor labels) {
        Tensor x = transform(hidden);
        return bias == null
                ? Functional.linearCrossEntropy(x, table, labels)
                : Functional.linearCrossEntropy(x, table, bias, labels);
    }
}
