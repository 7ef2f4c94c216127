package dev.mokha.language.encoder;

import dev.mokha.nn.Bias;
import dev.mokha.nn.Loss;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// An encoder with the heads it is pretrained with: the masked-language head and, for BERT where wanted, the
/// next-sentence head (paper, §3.1).
public final class MaskedLanguageModel implements EncoderModel {
    private final Encoder encoder;
    private final Params params;
    private final @Nullable PredictionHead head;
    private final @Nullable Pooler pooler;
    private final @Nullable Projection relationship;

    /// Which heads there are.
    public enum Heads {
        MASKED_LANGUAGE,
        MASKED_LANGUAGE_AND_NEXT_SENTENCE,
        NEXT_SENTENCE
    }

    /// @param params at the root of the checkpoint; from now on closed with this model
    /// @throws IllegalArgumentException when a family other than BERT is to have a next-sentence head
    public MaskedLanguageModel(EncoderConfig config, Params params, Heads heads) {
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.head = heads == Heads.NEXT_SENTENCE ? null : PredictionHead.of(encoder, root);
        if (heads != Heads.MASKED_LANGUAGE) {
            if (!(config instanceof BertConfig bert) || bert.family() != BertFamily.BERT) {
                throw new IllegalArgumentException(
                        "only BERT has a next-sentence head, not " + config.modelType() + "; pretrain it without");
            }
            this.pooler = new Pooler(bert, root);
            this.relationship = root.at("cls").linear("seq_relationship", config.hiddenSize(), 2, Bias.WITH);
        } else {
            this.pooler = null;
            this.relationship = null;
        }
        params.finish();
    }

    /// {@return the logits of every token, `[tokens, vocab]`}
    public Tensor logits(EncoderBatch batch) {
        return masked().logits(hidden(batch));
    }

    /// {@return the logits of whether B follows A (0) or was drawn at random (1), `[sequences, 2]`}
    public Tensor nextSentence(EncoderBatch batch) {
        return nextSentence(hidden(batch), batch);
    }

    private PredictionHead masked() {
        if (head == null) {
            throw new IllegalStateException("this model has no masked-language head");
        }
        return head;
    }

    private Tensor nextSentence(Tensor hidden, EncoderBatch batch) {
        if (pooler == null || relationship == null) {
            throw new IllegalStateException("this model has no next-sentence head");
        }
        return relationship.forward(pooler.forward(hidden, batch));
    }

    /// The losses of one batch; logits are formed at the masked positions only.
    ///
    /// @param labels for each token its original id where it is to be predicted, -100 elsewhere:
    ///     64-bit `[tokens]`
    /// @param next for each sequence 0 when B follows A, 1 when it was drawn at random: 64-bit `[sequences]`;
    ///     null to leave the next-sentence loss out
    public Losses losses(EncoderBatch batch, Tensor labels, @Nullable Tensor next) {
        Tensor hidden = hidden(batch);
        Tensor there = labels.to(params.device());
        Tensor counts = there.ge(0);
        Tensor masked = masked().loss(predicted(hidden, counts), there.maskedSelect(counts));
        if (next == null) {
            return new Losses(masked, null);
        }
        Tensor logits = nextSentence(hidden, batch).to(DType.FLOAT32);
        return new Losses(masked, Loss.crossEntropy(logits, next.to(params.device())));
    }

    /// What pretraining makes small.
    ///
    /// @param masked mean cross-entropy of the masked tokens, a scalar
    /// @param next mean cross-entropy of the next-sentence decision, a scalar, or null
    public record Losses(Tensor masked, @Nullable Tensor next) {
        /// {@return the sum of both}
        public Tensor total() {
            return next == null ? masked : masked.add(next);
        }
    }

    /// The logits at the positions that are to be predicted.
    ///
    /// @param labels 64-bit `[tokens]`: -100 where nothing is to be predicted
    public Predictions predictions(EncoderBatch batch, Tensor labels) {
        Tensor hidden = hidden(batch);
        Tensor there = labels.to(params.device());
        Tensor counts = there.ge(0);
        return new Predictions(
                masked().logits(predicted(hidden, counts)),
                there.maskedSelect(counts),
                hasNextSentence() ? nextSentence(hidden, batch) : null);
    }

    /// What a model says of masked tokens.
    ///
    /// @param logits `[predictions, vocab]`
    /// @param labels the original ids, 64-bit `[predictions]`
    /// @param next the logits of the next-sentence decision, `[sequences, 2]`; null without that head
    public record Predictions(
            Tensor logits, Tensor labels, @Nullable Tensor next) {}

    private static Tensor predicted(Tensor hidden, Tensor counts) {
        return hidden.indexSelect(
                0, Tensors.range(0, counts.size(0), counts.device()).maskedSelect(counts));
    }

    private Tensor hidden(EncoderBatch batch) {
        return encoder.forward(batch.to(params.device()));
    }

    /// {@return whether there is a masked-language head}
    public boolean hasMaskedLanguage() {
        return head != null;
    }

    /// {@return whether there is a next-sentence head}
    public boolean hasNextSentence() {
        return relationship != null;
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
        return HeadNames.architecture(
                config(),
                head == null ? "ForNextSentencePrediction" : hasNextSentence() ? "ForPreTraining" : "ForMaskedLM");
    }
}
