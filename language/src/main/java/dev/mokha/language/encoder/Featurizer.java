package dev.mokha.language.encoder;

import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;

/// An encoder without a head: for embeddings and features.
public final class Featurizer implements EncoderModel {
    private final Encoder encoder;
    private final Params params;

    /// @param params at the root of a checkpoint with a head; from now on closed with this model
    public Featurizer(EncoderConfig config, Params params) {
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        params.finish();
    }

    /// {@return each token's vector, `[tokens, hidden]`}
    public Tensor forward(EncoderBatch batch) {
        return encoder.forward(batch.to(params.device()));
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
