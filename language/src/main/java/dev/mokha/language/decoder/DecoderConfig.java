package dev.mokha.language.decoder;

import dev.mokha.language.rotary.Rope;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shape of a [Decoder]: the fields of `config.json` in camelCase, defaults filled in.
/// [dev.mokha.language.folder.ConfigJson] reads and writes them.
///
/// @param modelType the family
/// @param vocabSize rows of the embedding and of the head
/// @param hiddenSize width of the residual stream
/// @param intermediateSize width inside the feed-forward block
/// @param numHiddenLayers how many layers
/// @param numAttentionHeads query heads
/// @param numKeyValueHeads key and value heads; each serves `numAttentionHeads / numKeyValueHeads`
///     query heads
/// @param headDim width of one head; often, but not always, `hiddenSize / numAttentionHeads`
/// @param maxPositionEmbeddings the longest text the model was made for
/// @param rmsNormEps added to the mean square in every norm
/// @param initializerRange standard deviation of fresh weights
/// @param ropeParameters the rotary embedding
/// @param tieWordEmbeddings whether the head is the embedding's table
/// @param attentionBias biases on the attention's projections; Qwen2 has them on query, key and value by
///     design, which this flag does not say
/// @param mlpBias biases in the feed-forward block
/// @param attentionDropout the share of attention weights dropped in training; 0 in every published decoder
/// @param slidingWindow how many positions, itself included, a sliding layer sees; null when no layer
///     slides
/// @param layerTypes for each layer what it sees
/// @param special ids with a meaning
/// @param other further keys of `config.json`, kept for writing it again
/// @param experts of a family that is a mixture of experts; else null
public record DecoderConfig(
        Family modelType,
        int vocabSize,
        int hiddenSize,
        int intermediateSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int numKeyValueHeads,
        int headDim,
        int maxPositionEmbeddings,
        double rmsNormEps,
        double initializerRange,
        Rope ropeParameters,
        boolean tieWordEmbeddings,
        boolean attentionBias,
        boolean mlpBias,
        double attentionDropout,
        @Nullable Integer slidingWindow,
        List<LayerType> layerTypes,
        SpecialIds special,
        Map<String, Object> other,
        @Nullable Experts experts) {

    public DecoderConfig {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("num_hidden_layers", numHiddenLayers);
        requirePositive("num_attention_heads", numAttentionHeads);
        requirePositive("num_key_value_heads", numKeyValueHeads);
        requirePositive("head_dim", headDim);
        requirePositive("max_position_embeddings", maxPositionEmbeddings);
        if (numAttentionHeads % numKeyValueHeads != 0) {
            throw new IllegalArgumentException("num_attention_heads (" + numAttentionHeads
                    + ") must be a multiple of num_key_value_heads (" + numKeyValueHeads + ")");
        }
        if (headDim % 2 != 0) {
            throw new IllegalArgumentException(
                    "head_dim must be even, because rotary embedding turns pairs; it was " + headDim);
        }
        requireNumber("rms_norm_eps", rmsNormEps);
        requireNumber("initializer_range", initializerRange);
        if (!(attentionDropout >= 0 && attentionDropout < 1)) {
            throw new IllegalArgumentException("attention_dropout lies in [0, 1), not " + attentionDropout);
        }
        layerTypes = List.copyOf(layerTypes);
        if (layerTypes.size() != numHiddenLayers) {
            throw new IllegalArgumentException(
                    "layer_types has " + layerTypes.size() + " entries; num_hidden_layers is " + numHiddenLayers);
        }
        if (layerTypes.contains(LayerType.SLIDING_ATTENTION)) {
            if (slidingWindow == null) {
                throw new IllegalArgumentException("layer_types has sliding layers, but sliding_window is null");
            }
            requirePositive("sliding_window", slidingWindow);
        }
        other = Collections.unmodifiableMap(new TreeMap<>(other));
        if (modelType.mixture() != (experts != null)) {
            throw new IllegalArgumentException("a model of the type " + modelType.modelType()
                    + (experts == null ? " needs experts" : " has no experts"));
        }
    }

    /// One without experts.
    public DecoderConfig(
            Family modelType,
            int vocabSize,
            int hiddenSize,
            int intermediateSize,
            int numHiddenLayers,
            int numAttentionHeads,
            int numKeyValueHeads,
            int headDim,
            int maxPositionEmbeddings,
            double rmsNormEps,
            double initializerRange,
            Rope ropeParameters,
            boolean tieWordEmbeddings,
            boolean attentionBias,
            boolean mlpBias,
            double attentionDropout,
            @Nullable Integer slidingWindow,
            List<LayerType> layerTypes,
            SpecialIds special,
            Map<String, Object> other) {
        this(
                modelType,
                vocabSize,
                hiddenSize,
                intermediateSize,
                numHiddenLayers,
                numAttentionHeads,
                numKeyValueHeads,
                headDim,
                maxPositionEmbeddings,
                rmsNormEps,
                initializerRange,
                ropeParameters,
                tieWordEmbeddings,
                attentionBias,
                mlpBias,
                attentionDropout,
                slidingWindow,
                layerTypes,
                special,
                other,
                null);
    }

    /// A Llama with untied head, as many key and value heads as given, theta 10,000 and eps 1e-5. Sizes are
    /// in the order that papers tell them.
    public static DecoderConfig llama(
            int vocab, int hidden, int intermediate, int layers, int heads, int keyValueHeads) {
        if (heads < 1 || hidden % heads != 0) {
            throw new IllegalArgumentException("hidden (" + hidden + ") must be a multiple of heads (" + heads + ")");
        }
        return new DecoderConfig(
                Family.LLAMA,
                vocab,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                hidden / heads,
                2048,
                1e-5,
                0.02,
                Rope.plain(10_000),
                false,
                false,
                false,
                0,
                null,
                Collections.nCopies(Math.max(layers, 0), LayerType.FULL_ATTENTION),
                SpecialIds.none(),
                Map.of());
    }

    /// Small enough for a test: 64 tokens, hidden 32, 2 layers, 4 query heads on 2 key and value heads.
    public static DecoderConfig tiny() {
        return llama(64, 32, 48, 2, 4, 2).withMaxPositionEmbeddings(128);
    }

    /// The released ALLaM 7B ([Bari et al. 2024](https://arxiv.org/abs/2407.15390)): Llama-2 7B with 64,000
    /// tokens and theta 1,000,000.
    public static DecoderConfig allam7b() {
        return llama(64_000, 4096, 11_008, 32, 32, 32)
                .withMaxPositionEmbeddings(4096)
                .withRope(Rope.plain(1_000_000));
    }

    /// Llama 3.2 1B.
    public static DecoderConfig llama32With1b() {
        return llama(128_256, 2048, 8192, 16, 32, 8)
                .withMaxPositionEmbeddings(131_072)
                .withRope(new Rope(500_000, new Rope.Scaling.Llama3(32, 1, 4, 8192)))
                .withTiedHead(true);
    }

    /// {@return the same of another family}
    /// @param experts null for one without
    public DecoderConfig as(Family family, @Nullable Experts experts) {
        return with(family, experts, vocabSize, maxPositionEmbeddings, ropeParameters, tieWordEmbeddings, special);
    }

    /// {@return whether query, key and value have biases}
    public boolean queryKeyValueBias() {
        return attentionBias || modelType.queryKeyValueBias();
    }

    /// {@return how many positions, itself included, a position of this layer sees; null for all}
    public @Nullable Integer window(int layer) {
        return layerTypes.get(layer) == LayerType.SLIDING_ATTENTION ? slidingWindow : null;
    }

    /// {@return how many numbers the model has; a tied head counts once}
    public long parameterCount() {
        long hidden = hiddenSize;
        long queries = (long) numAttentionHeads * headDim;
        long keys = (long) numKeyValueHeads * headDim;
        long attention = 2 * hidden * queries + 2 * hidden * keys;
        if (queryKeyValueBias()) {
            attention += queries + 2 * keys;
        }
        if (attentionBias) {
            attention += hidden;
        }
        if (modelType.headNorms()) {
            attention += 2L * headDim;
        }
        long dense = 3 * hidden * intermediateSize + (mlpBias ? 2L * intermediateSize + hidden : 0);
        long feedForward = 0;
        for (int layer = 0; layer < numHiddenLayers; layer++) {
            feedForward += experts != null && experts.in(layer) ? experts.parameterCount(hidden) : dense;
        }
        long table = vocabSize * hidden;
        return numHiddenLayers * (attention + 2 * hidden) + feedForward + hidden + table * (tieWordEmbeddings ? 1 : 2);
    }

    /// {@return the same with another number of tokens, as after a vocabulary merge}
    public DecoderConfig withVocabSize(int vocabSize) {
        return with(modelType, experts, vocabSize, maxPositionEmbeddings, ropeParameters, tieWordEmbeddings, special);
    }

    /// {@return the same for texts of another length}
    public DecoderConfig withMaxPositionEmbeddings(int maxPositionEmbeddings) {
        return with(modelType, experts, vocabSize, maxPositionEmbeddings, ropeParameters, tieWordEmbeddings, special);
    }

    /// {@return the same with another rotary embedding}
    public DecoderConfig withRope(Rope rope) {
        return with(modelType, experts, vocabSize, maxPositionEmbeddings, rope, tieWordEmbeddings, special);
    }

    /// {@return the same with a head of its own, or one that is the embedding's table}
    public DecoderConfig withTiedHead(boolean tied) {
        return with(modelType, experts, vocabSize, maxPositionEmbeddings, ropeParameters, tied, special);
    }

    /// {@return the same with other ids that mean something}
    public DecoderConfig withSpecial(SpecialIds special) {
        return with(modelType, experts, vocabSize, maxPositionEmbeddings, ropeParameters, tieWordEmbeddings, special);
    }

    private DecoderConfig with(
            Family family,
            @Nullable Experts experts,
            int vocabSize,
            int maxPositions,
            Rope rope,
            boolean tied,
            SpecialIds special) {
        return new DecoderConfig(
                family,
                vocabSize,
                hiddenSize,
                intermediateSize,
                numHiddenLayers,
                numAttentionHeads,
                numKeyValueHeads,
                headDim,
                maxPositions,
                rmsNormEps,
                initializerRange,
                rope,
                tied,
                attentionBias,
                mlpBias,
                attentionDropout,
                slidingWindow,
                layerTypes,
                special,
                other,
                experts);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }

    private static void requireNumber(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be a positive number, was " + value);
        }
    }
}
