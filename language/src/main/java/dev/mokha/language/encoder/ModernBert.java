package dev.mokha.language.encoder;

import dev.mokha.nn.Embedding;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Tensor;

/// The encoder of [Warner et al. 2024](https://arxiv.org/abs/2412.13663): rotary positions, alternating
/// local and global
/// attention, gated feed-forward, norms before the blocks.
public final class ModernBert implements Encoder {
    private final ModernBertConfig config;
    private final Embedding words;

    ModernBert(ModernBertConfig config, Params root) {
        this.config = config;
        this.words =
                root.at("model").at("embeddings").embedding("tok_embeddings", config.vocabSize(), config.hiddenSize());
    }

    @Override
    public ModernBertConfig config() {
        return config;
    }

    @Override
    public Embedding words() {
        return words;
    }

    @Override
    public Tensor forward(EncoderBatch batch) {
        throw new UnsupportedOperationException("ModernBERT comes with the next commit");
    }
}
