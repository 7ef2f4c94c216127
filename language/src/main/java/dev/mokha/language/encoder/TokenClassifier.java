package dev.mokha.language.encoder;

import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// An encoder that labels each token, as for named entities (paper, §5.3).
public final class TokenClassifier implements EncoderModel {
    /// Matches the parameters of every family's head, which a fine-tuning draws anew.
    public static final String HEAD = "^(classifier|head)\\.";

    private final Labels labels;
    private final Encoder encoder;
    private final Params params;
    private final TokenReadout head;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public TokenClassifier(EncoderConfig config, Labels labels, Params params) {
        Params root = HeadNames.begin(config, params);
        this.labels = labels;
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.head = TokenReadout.ofLabels(config, root, labels.count());
        params.finish();
    }

    /// {@return `[tokens, labels]`, laid out as the batch is}
    public Tensor logits(EncoderBatch batch) {
        return head.forward(encoder.forward(batch.to(params.device())));
    }

    /// Mean cross-entropy over the tokens that have a label.
    ///
    /// @param targets 64-bit class numbers `[tokens]`, as [EncoderBatch#pack] lays them out; -100
    ///     leaves a token out
    /// @return a scalar
    public Tensor loss(EncoderBatch batch, Tensor targets) {
        return Loss.crossEntropy(logits(batch).to(DType.FLOAT32), targets.to(params.device()));
    }

    /// {@return the classes}
    public Labels labels() {
        return labels;
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
        return HeadNames.architecture(config(), "ForTokenClassification");
    }
}
