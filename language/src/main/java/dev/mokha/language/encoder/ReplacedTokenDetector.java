package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// An encoder that tells for each token whether it was replaced: the discriminator of ELECTRA,
/// [Clark et al. 2020](https://arxiv.org/abs/2003.10555). Its head is a dense layer, the activation and one logit.
public final class ReplacedTokenDetector implements EncoderModel {
    private final Encoder encoder;
    private final Params params;
    private final Projection dense;
    private final Activation activation;
    private final Projection prediction;

    /// @param config of the family ELECTRA
    /// @param params at the root of the checkpoint; from now on closed with this model
    public ReplacedTokenDetector(BertConfig config, Params params) {
        if (config.family() != BertFamily.ELECTRA) {
            throw new IllegalArgumentException(
                    "only ELECTRA has a head for replaced tokens, not " + config.modelType());
        }
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        Params head = root.at("discriminator_predictions");
        this.dense = head.linear("dense", config.hiddenSize(), config.hiddenSize(), Bias.WITH);
        this.activation = config.hiddenAct();
        this.prediction = head.linear("dense_prediction", config.hiddenSize(), 1, Bias.WITH);
        params.finish();
    }

    /// {@return for each token the logit of having been replaced, `[tokens]`, laid out as the batch is}
    public Tensor logits(EncoderBatch batch) {
        Tensor hidden = encoder.forward(batch.to(params.device()));
        return prediction.forward(activation.apply(dense.forward(hidden))).squeeze(1);
    }

    /// Mean binary cross-entropy over all tokens of a batch without padding.
    ///
    /// @param replaced 1 where a token was replaced, 0 elsewhere, `[tokens]`
    /// @return a scalar
    public Tensor loss(EncoderBatch batch, Tensor replaced) {
        return Loss.binaryCrossEntropy(
                logits(batch).to(DType.FLOAT32), replaced.to(params.device()).to(DType.FLOAT32));
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Params params() {
        return params;
    }

    @Override
    public String architecture() {
        return HeadNames.architecture(config(), "ForPreTraining");
    }
}
