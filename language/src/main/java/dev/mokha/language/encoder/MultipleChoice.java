package dev.mokha.language.encoder;

import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// An encoder that chooses among continuations (paper, §4.4): each choice is a sequence of its own and
/// gets one logit.
public final class MultipleChoice implements EncoderModel {
    /// Matches the parameters of every family's head, which a fine-tuning draws anew.
    public static final String HEAD = "^(classifier|pre_classifier|sequence_summary|head)\\.|\\.pooler\\.";

    private final Encoder encoder;
    private final Params params;
    private final SequenceReadout head;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public MultipleChoice(EncoderConfig config, Params params) {
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.head = SequenceReadout.ofChoices(config, root);
        params.finish();
    }

    /// @param batch the choices of one question behind those of another, equally many each
    /// @param choices how many a question has
    /// @return `[questions, choices]`
    public Tensor logits(EncoderBatch batch, int choices) {
        if (batch.sequences() % choices != 0) {
            throw new IllegalArgumentException(
                    batch.sequences() + " sequences are not questions with " + choices + " choices each");
        }
        EncoderBatch there = batch.to(params.device());
        return head.forward(encoder.forward(there), there).view(-1, choices);
    }

    /// Mean cross-entropy of the right choices.
    ///
    /// @param targets for each question the number of its right choice, 64-bit `[questions]`
    /// @return a scalar
    public Tensor loss(EncoderBatch batch, int choices, Tensor targets) {
        return Loss.crossEntropy(logits(batch, choices).to(DType.FLOAT32), targets.to(params.device()));
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
        return HeadNames.architecture(config(), "ForMultipleChoice");
    }
}
