package dev.mokha.language.encoder;

import java.util.Map;

/// The shape of an [Encoder]: the fields of `config.json` in camelCase. Each kind of encoder has its own
/// record; these are what every kind has.
public sealed interface EncoderConfig permits BertConfig, ModernBertConfig {
    /// {@return `model_type` in `config.json`, such as `bert`}
    String modelType();

    /// {@return rows of the embedding and of the masked-language head}
    int vocabSize();

    /// {@return width of a token's vector}
    int hiddenSize();

    /// {@return how many layers}
    int numHiddenLayers();

    /// {@return heads of each layer's attention}
    int numAttentionHeads();

    /// {@return positions the model has, or was made for}
    int maxPositionEmbeddings();

    /// {@return the longest sequence it reads, in tokens with the special ones}
    default int maxLength() {
        return maxPositionEmbeddings();
    }

    /// {@return how many kinds of segment there are; 0 where the family has none}
    int typeVocabSize();

    /// {@return the id that fills rows up}
    int padTokenId();

    /// {@return standard deviation of fresh weights}
    double initializerRange();

    /// {@return whether the masked-language head uses the table of embeddings}
    boolean tieWordEmbeddings();

    /// {@return dropout before the layer that a task adds}
    double headDropout();

    /// {@return further keys of `config.json`, kept for writing it again}
    Map<String, Object> other();

    /// {@return the same without any dropout, as some recipes pretrain}
    EncoderConfig withoutDropout();

    /// {@return the same for another vocabulary}
    EncoderConfig withVocabSize(int vocabSize);
}
