package dev.mokha.language.encoder;

import dev.mokha.nn.Params;

/// An encoder with a head, which together own their parameters.
public sealed interface EncoderModel extends AutoCloseable
        permits Featurizer,
                MaskedLanguageModel,
                SequenceClassifier,
                TokenClassifier,
                MultipleChoice,
                SpanModel,
                ReplacedTokenDetector {
    /// {@return the encoder under the head}
    Encoder encoder();

    /// {@return the parameters of both, for optimisers and for saving}
    Params params();

    /// {@return what transformers calls the class that opens this model, such as `BertForMaskedLM`}
    String architecture();

    /// {@return the shape of the encoder}
    default EncoderConfig config() {
        return encoder().config();
    }

    /// Releases the parameters, and the checkpoint they came from.
    @Override
    default void close() {
        encoder().close();
        params().close();
    }
}
