package dev.mokha.language.encoder;

import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// An encoder without a head: for embeddings and features.
public final class Featurizer implements EncoderModel {
    private final Encoder encoder;
    private final Params params;
    private final @Nullable Pooler pooler;

    /// @param params at the root of a checkpoint with a head; from now on closed with this model
    public Featurizer(EncoderConfig config, Params params) {
        this(config, params, false);
    }

    private Featurizer(EncoderConfig config, Params params, boolean pooled) {
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.pooler = pooled ? pooler(config, root) : null;
        params.finish();
    }

    /// An encoder with its pooler, BERT's dense layer and tanh over the first token.
    ///
    /// @throws IllegalArgumentException for a family that has none
    public static Featurizer pooled(EncoderConfig config, Params params) {
        return new Featurizer(config, params, true);
    }

    private static Pooler pooler(EncoderConfig config, Params root) {
        if (config instanceof BertConfig bert && bert.family().hasPooler()) {
            return new Pooler(bert, root);
        }
        throw new IllegalArgumentException(
                "a " + config.modelType() + " has no pooler; choose another pooling, such as mean");
    }

    /// {@return each token's vector, `[tokens, hidden]`}
    public Tensor forward(EncoderBatch batch) {
        return encoder.forward(batch.to(params.device()));
    }

    /// {@return the pooler's vector of each sequence, `[sequences, hidden]`}
    public Tensor pooled(EncoderBatch batch) {
        if (pooler == null) {
            throw new IllegalStateException("this model was made without a pooler");
        }
        return pooler.forward(forward(batch), batch);
    }

    /// {@return whether there is a pooler}
    public boolean hasPooler() {
        return pooler != null;
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
        return HeadNames.architecture(config(), "Model");
    }
}
