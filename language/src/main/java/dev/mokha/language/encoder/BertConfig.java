package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shape of a [Bert]: the fields of `config.json` in camelCase, under BERT's names also where a family
/// spells them otherwise (DistilBERT's `dim` is `hiddenSize`).
///
/// @param family which published line
/// @param vocabSize rows of the embedding
/// @param hiddenSize width of a token's vector
/// @param numHiddenLayers how many layers
/// @param numAttentionHeads heads of each layer; they share `hiddenSize` evenly
/// @param intermediateSize width inside the feed-forward block
/// @param hiddenAct the feed-forward block's activation: `gelu` (erf) in the folders of Hugging Face,
///     `gelu_new` (tanh) in the authors' code
/// @param hiddenDropoutProb dropout on embeddings and on what each block adds
/// @param attentionProbsDropoutProb dropout on the attention's maps
/// @param maxPositionEmbeddings rows of the table of positions; for RoBERTa the first `padTokenId +
///     1` are not used
/// @param typeVocabSize kinds of segments; 0 for DistilBERT
/// @param initializerRange standard deviation of fresh weights
/// @param layerNormEps added to the variance in every norm
/// @param padTokenId fills rows up
/// @param tieWordEmbeddings whether the masked-language head uses the table of embeddings
/// @param classifierDropout dropout before a task's layer; null for `hiddenDropoutProb`
/// @param other further keys of `config.json`
public record BertConfig(
        BertFamily family,
        int vocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        double hiddenDropoutProb,
        double attentionProbsDropoutProb,
        int maxPositionEmbeddings,
        int typeVocabSize,
        double initializerRange,
        double layerNormEps,
        int padTokenId,
        boolean tieWordEmbeddings,
        @Nullable Double classifierDropout,
        Map<String, Object> other)
        implements EncoderConfig {

    public BertConfig {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("num_hidden_layers", numHiddenLayers);
        requirePositive("num_attention_heads", numAttentionHeads);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("max_position_embeddings", maxPositionEmbeddings);
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException("hidden_size (" + hiddenSize
                    + ") must be a multiple of num_attention_heads (" + numAttentionHeads + ")");
        }
        requireProbability("hidden_dropout_prob", hiddenDropoutProb);
        requireProbability("attention_probs_dropout_prob", attentionProbsDropoutProb);
        if (classifierDropout != null) {
            requireProbability("classifier_dropout", classifierDropout);
        }
        if (padTokenId < 0 || padTokenId >= vocabSize) {
            throw new IllegalArgumentException(
                    "pad_token_id (" + padTokenId + ") must be one of the " + vocabSize + " rows of the vocabulary");
        }
        if (typeVocabSize < 0 || (family.hasSegments() && typeVocabSize == 0)) {
            throw new IllegalArgumentException("type_vocab_size must be at least 1, was " + typeVocabSize);
        }
        if (!(layerNormEps > 0) || !(initializerRange > 0)) {
            throw new IllegalArgumentException("layer_norm_eps and initializer_range must be above 0, were "
                    + layerNormEps + " and " + initializerRange);
        }
        other = Collections.unmodifiableMap(new TreeMap<>(other));
    }

    /// BERT-BASE, uncased: 110 M parameters (paper, §3).
    public static BertConfig base() {
        return bert(30_522, 12, 768);
    }

    /// BERT-LARGE, uncased: 340 M parameters (paper, §3).
    public static BertConfig large() {
        return bert(30_522, 24, 1024);
    }

    /// A BERT of these sizes with heads 64 wide and a feed-forward block four times as wide, as the authors'
    /// small models are: L ∈ {2, 4, 6, 8, 10, 12}, H ∈ {128, 256, 512, 768}.
    public static BertConfig bert(int vocab, int layers, int hidden) {
        return new BertConfig(
                BertFamily.BERT,
                vocab,
                hidden,
                layers,
                Math.max(1, hidden / 64),
                4 * hidden,
                Activation.GELU,
                0.1,
                0.1,
                512,
                2,
                0.02,
                1e-12,
                0,
                true,
                null,
                Map.of());
    }

    /// A BERT small enough for tests.
    public static BertConfig tiny(int vocab) {
        BertConfig small = bert(vocab, 2, 32);
        return new BertConfig(
                small.family, vocab, 32, 2, 4, 64, small.hiddenAct, 0, 0, 64, 2, 0.02, 1e-12, 0, true, null, Map.of());
    }

    @Override
    public String modelType() {
        return family.modelType();
    }

    @Override
    public int maxLength() {
        return family == BertFamily.ROBERTA ? maxPositionEmbeddings - padTokenId - 1 : maxPositionEmbeddings;
    }

    @Override
    public double headDropout() {
        return classifierDropout == null ? hiddenDropoutProb : classifierDropout;
    }

    @Override
    public BertConfig withoutDropout() {
        return copy(family, vocabSize, 0, 0, initializerRange);
    }

    @Override
    public BertConfig withVocabSize(int vocabSize) {
        return copy(family, vocabSize, hiddenDropoutProb, attentionProbsDropoutProb, initializerRange);
    }

    /// {@return the same shape in another family's clothes}
    public BertConfig in(BertFamily family) {
        return copy(family, vocabSize, hiddenDropoutProb, attentionProbsDropoutProb, initializerRange);
    }

    /// {@return the same, whose fresh weights have this standard deviation}
    public BertConfig withInitializerRange(double initializerRange) {
        return copy(family, vocabSize, hiddenDropoutProb, attentionProbsDropoutProb, initializerRange);
    }

    /// {@return the same with another number of layers}
    public BertConfig withNumHiddenLayers(int layers) {
        return copy(family, vocabSize, hiddenDropoutProb, attentionProbsDropoutProb, initializerRange, layers);
    }

    private BertConfig copy(
            BertFamily family, int vocab, double dropout, double attentionDropout, double initializerRange) {
        return copy(family, vocab, dropout, attentionDropout, initializerRange, numHiddenLayers);
    }

    private BertConfig copy(
            BertFamily family,
            int vocab,
            double dropout,
            double attentionDropout,
            double initializerRange,
            int layers) {
        return new BertConfig(
                family,
                vocab,
                hiddenSize,
                layers,
                numAttentionHeads,
                intermediateSize,
                hiddenAct,
                dropout,
                attentionDropout,
                maxPositionEmbeddings,
                family.hasSegments() ? Math.max(1, typeVocabSize) : 0,
                initializerRange,
                layerNormEps,
                padTokenId,
                tieWordEmbeddings,
                classifierDropout,
                other);
    }

    static void requirePositive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + " must be at least 1, was " + value);
        }
    }

    static void requireProbability(String key, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(key + " lies in [0, 1), not " + value);
        }
    }
}
