package dev.mokha.language.encoder;

import dev.mokha.nn.Activation;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The shape of a [ModernBert], [Warner et al. 2024](https://arxiv.org/abs/2412.13663): the fields of
/// `config.json` in camelCase.
///
/// @param vocabSize rows of the embedding
/// @param hiddenSize width of a token's vector
/// @param intermediateSize width inside the gated feed-forward block
/// @param numHiddenLayers how many layers
/// @param numAttentionHeads heads of each layer
/// @param hiddenActivation of the feed-forward block's gate
/// @param maxPositionEmbeddings the longest sequence the model was made for
/// @param initializerRange standard deviation of fresh weights
/// @param normEps added to the variance in every norm
/// @param normBias whether norms have a bias
/// @param padTokenId fills rows up
/// @param globalRopeTheta the rotary base where a layer sees everything
/// @param localRopeTheta the rotary base where it sees a window
/// @param globalAttnEveryNLayers every how many layers one sees everything, the first included
/// @param localAttention width of the window: `localAttention / 2` positions to each side
/// @param attentionBias biases on the attention's projections
/// @param attentionDropout dropout on the attention's maps
/// @param embeddingDropout dropout on embeddings
/// @param mlpBias biases in the feed-forward block
/// @param mlpDropout dropout inside the feed-forward block
/// @param decoderBias a bias on the masked-language logits
/// @param classifierPooling what a sequence's vector is
/// @param classifierDropout dropout before a task's layer
/// @param classifierBias a bias in the head's dense layer
/// @param classifierActivation of the head's dense layer
/// @param tieWordEmbeddings whether the masked-language head uses the table of embeddings
/// @param other further keys of `config.json`
public record ModernBertConfig(
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int numHiddenLayers,
        int numAttentionHeads,
        Activation hiddenActivation,
        int maxPositionEmbeddings,
        double initializerRange,
        double normEps,
        boolean normBias,
        int padTokenId,
        double globalRopeTheta,
        double localRopeTheta,
        int globalAttnEveryNLayers,
        int localAttention,
        boolean attentionBias,
        double attentionDropout,
        double embeddingDropout,
        boolean mlpBias,
        double mlpDropout,
        boolean decoderBias,
        Pooling classifierPooling,
        double classifierDropout,
        boolean classifierBias,
        Activation classifierActivation,
        boolean tieWordEmbeddings,
        Map<String, Object> other)
        implements EncoderConfig {
    /// What stands for a whole sequence: its first token, or the mean of all.
    public enum Pooling {
        CLS,
        MEAN
    }

    public ModernBertConfig {
        BertConfig.requirePositive("vocab_size", vocabSize);
        BertConfig.requirePositive("hidden_size", hiddenSize);
        BertConfig.requirePositive("intermediate_size", intermediateSize);
        BertConfig.requirePositive("num_hidden_layers", numHiddenLayers);
        BertConfig.requirePositive("num_attention_heads", numAttentionHeads);
        BertConfig.requirePositive("max_position_embeddings", maxPositionEmbeddings);
        BertConfig.requirePositive("global_attn_every_n_layers", globalAttnEveryNLayers);
        if (localAttention < 2) {
            throw new IllegalArgumentException("local_attention must be at least 2, was " + localAttention);
        }
        if (hiddenSize % (2 * numAttentionHeads) != 0) {
            throw new IllegalArgumentException("hidden_size (" + hiddenSize
                    + ") must give each of num_attention_heads (" + numAttentionHeads + ") an even width");
        }
        BertConfig.requireProbability("attention_dropout", attentionDropout);
        BertConfig.requireProbability("embedding_dropout", embeddingDropout);
        BertConfig.requireProbability("mlp_dropout", mlpDropout);
        BertConfig.requireProbability("classifier_dropout", classifierDropout);
        other = Collections.unmodifiableMap(new TreeMap<>(other));
    }

    /// ModernBERT-base: 22 layers, 149 M parameters (paper, Table 4).
    public static ModernBertConfig base() {
        return of(50_368, 22, 768, 1152);
    }

    /// A ModernBERT of these sizes with heads 64 wide.
    public static ModernBertConfig of(int vocab, int layers, int hidden, int intermediate) {
        return new ModernBertConfig(
                vocab,
                hidden,
                intermediate,
                layers,
                Math.max(1, hidden / 64),
                Activation.GELU,
                8192,
                0.02,
                1e-5,
                false,
                0,
                160_000,
                10_000,
                3,
                128,
                false,
                0,
                0,
                false,
                0,
                true,
                Pooling.CLS,
                0,
                false,
                Activation.GELU,
                true,
                Map.of());
    }

    @Override
    public String modelType() {
        return "modernbert";
    }

    @Override
    public int typeVocabSize() {
        return 0;
    }

    @Override
    public double headDropout() {
        return classifierDropout;
    }

    /// {@return whether this layer sees everything}
    public boolean isGlobal(int layer) {
        return layer % globalAttnEveryNLayers == 0;
    }

    /// {@return width of one head}
    public int headDim() {
        return hiddenSize / numAttentionHeads;
    }

    @Override
    public ModernBertConfig withoutDropout() {
        return copy(vocabSize, 0, 0, 0, initializerRange, globalAttnEveryNLayers);
    }

    @Override
    public ModernBertConfig withVocabSize(int vocabSize) {
        return copy(
                vocabSize, attentionDropout, embeddingDropout, mlpDropout, initializerRange, globalAttnEveryNLayers);
    }

    /// {@return the same, whose fresh weights have this standard deviation}
    public ModernBertConfig withInitializerRange(double initializerRange) {
        return copy(
                vocabSize, attentionDropout, embeddingDropout, mlpDropout, initializerRange, globalAttnEveryNLayers);
    }

    /// {@return the same, where every layer sees everything}
    public ModernBertConfig withoutLocalLayers() {
        return copy(vocabSize, attentionDropout, embeddingDropout, mlpDropout, initializerRange, 1);
    }

    private ModernBertConfig copy(
            int vocab,
            double attentionDropout,
            double embeddingDropout,
            double mlpDropout,
            double initializerRange,
            int globalEvery) {
        return new ModernBertConfig(
                vocab,
                hiddenSize,
                intermediateSize,
                numHiddenLayers,
                numAttentionHeads,
                hiddenActivation,
                maxPositionEmbeddings,
                initializerRange,
                normEps,
                normBias,
                padTokenId,
                globalRopeTheta,
                localRopeTheta,
                globalEvery,
                localAttention,
                attentionBias,
                attentionDropout,
                embeddingDropout,
                mlpBias,
                mlpDropout,
                decoderBias,
                classifierPooling,
                classifierDropout,
                classifierBias,
                classifierActivation,
                tieWordEmbeddings,
                other);
    }
}
