package dev.mokha.language.encoder;

import dev.mokha.nn.Embedding;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;

/// A Transformer that reads sequences in both directions and gives each token a vector.
public sealed interface Encoder extends AutoCloseable permits Bert, ModernBert {
    /// {@return the shape of this encoder}
    EncoderConfig config();

    /// {@return each token's vector, `[tokens, hidden]`, laid out as the batch is; what stands at padding
    /// means nothing}
    Tensor forward(EncoderBatch batch);

    /// {@return the table of token embeddings, `[vocab, hidden]`}
    Embedding words();

    /// Releases what the encoder holds beside its parameters.
    @Override
    void close();

    /// Makes the encoder that a configuration describes.
    ///
    /// @param root at the root of a checkpoint with a head
    static Encoder of(EncoderConfig config, Params root) {
        return switch (config) {
            case BertConfig bert -> new Bert(bert, root);
            case ModernBertConfig modern -> new ModernBert(modern, root);
        };
    }
}
