package dev.mokha.language.encoder;

import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// An encoder that puts whole sequences, texts or pairs, into classes or gives each a number (paper, §4.1).
public final class SequenceClassifier implements EncoderModel {
    /// Matches the parameters of every family's head, which a fine-tuning draws anew.
    public static final String HEAD = "^(classifier|pre_classifier|head)\\.|\\.pooler\\.";

    private final Labels labels;
    private final Encoder encoder;
    private final Params params;
    private final SequenceReadout head;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public SequenceClassifier(EncoderConfig config, Labels labels, Params params) {
        Params root = HeadNames.begin(config, params);
        this.labels = labels;
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.head = SequenceReadout.of(config, root, labels.count());
        params.finish();
    }

    /// {@return `[sequences, labels]`}
    public Tensor logits(EncoderBatch batch) {
        EncoderBatch there = batch.to(params.device());
        return head.forward(encoder.forward(there), there);
    }

    /// The loss of transformers' model of the same name.
    ///
    /// @param targets 64-bit class numbers `[sequences]`; 0 or 1 `[sequences, labels]` where several may
    ///     hold; numbers `[sequences]` for a regression
    /// @return a scalar
    public Tensor loss(EncoderBatch batch, Tensor targets) {
        Tensor logits = logits(batch).to(DType.FLOAT32);
        Tensor there = targets.to(params.device());
        return switch (labels.problem()) {
            case SINGLE_LABEL -> Loss.crossEntropy(logits, there);
            case MULTI_LABEL -> Loss.binaryCrossEntropy(logits, there.to(DType.FLOAT32));
            case REGRESSION -> Loss.meanSquared(logits.squeeze(1), there.to(DType.FLOAT32));
        };
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
        return HeadNames.architecture(config(), "ForSequenceClassification");
    }
}
