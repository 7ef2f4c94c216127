package dev.mokha.language.encoder;

import dev.mokha.language.rotary.Rope;
import dev.mokha.language.rotary.RotaryTable;
import dev.mokha.language.rotary.RotaryTable.Turns;
import dev.mokha.nn.AttentionMask;
import dev.mokha.nn.Bias;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Embedding;
import dev.mokha.nn.Init;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The encoder of [Warner et al. 2024](https://arxiv.org/abs/2412.13663): rotary positions, every
/// third layer global and the others local, gated feed-forward, norms before the blocks, no biases.
///
/// Parameters carry the names of the Hugging Face checkpoints, so one loads unchanged. Points for a
/// probe: `model.embeddings.output`, in `model.layers.N` `attn.probs`, `attn.output`, `mlp.output` and
/// `output` (the residual stream), and `model.final_norm.output`. A packed batch passes the maps of
/// attention once for each run.
public final class ModernBert implements Encoder {
    private final ModernBertConfig config;
    private final Embedding words;
    private final LayerNorm embeddingNorm;
    private final Dropout dropout;
    private final Tap embedded;
    private final List<ModernBertLayer> layers = new ArrayList<>();
    private final LayerNorm finalNorm;
    private final Tap normed;
    private final RotaryTable global;
    private final RotaryTable local;

    /// @param root at the root of a checkpoint with a head: the encoder stands under `model`
    ModernBert(ModernBertConfig config, Params root) {
        int hidden = config.hiddenSize();
        Params params = root.at("model").with(Init.truncatedNormal(config.initializerRange()));
        Params embeddings = params.at("embeddings");
        Bias bias = Bias.when(config.normBias());
        this.config = config;
        this.words = embeddings.embedding("tok_embeddings", config.vocabSize(), hidden);
        this.embeddingNorm = embeddings.layerNorm("norm", hidden, config.normEps(), bias);
        this.dropout = embeddings.dropout(config.embeddingDropout());
        this.embedded = embeddings.tap("output");
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            layers.add(new ModernBertLayer(config, i, params.at("layers").at(i)));
        }
        this.finalNorm = params.layerNorm("final_norm", hidden, config.normEps(), bias);
        this.normed = params.at("final_norm").tap("output");
        this.global = table(config.globalRopeTheta(), root.device());
        this.local = table(config.localRopeTheta(), root.device());
        root.ignore("rotary_emb\\.inv_freq$"); // old folders store what the configuration says
    }

    private RotaryTable table(double theta, Device device) {
        return new RotaryTable(config.headDim(), Rope.plain(theta), config.maxPositionEmbeddings(), device);
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
        Pass whole = pass(batch, global, 0);
        Pass near = pass(batch, local, config.localAttention() / 2);
        Tensor x =
                embedded.pass(dropout.forward(embeddingNorm.forward(words.forward(batch.ids())))); // [tokens, hidden]
        for (int i = 0; i < layers.size(); i++) {
            x = layers.get(i).forward(x, batch, config.isGlobal(i) ? whole : near);
        }
        return normed.pass(finalNorm.forward(x));
    }

    /// What all layers of a kind share in one pass.
    ///
    /// @param turns of each token's position, `[1, tokens, 1, headDim]`
    /// @param masks what the positions of each run see
    record Pass(Turns turns, Map<EncoderBatch.Run, AttentionMask> masks) {
        AttentionMask mask(EncoderBatch.Run run) {
            AttentionMask mask = masks.get(run);
            if (mask == null) {
                throw new IllegalStateException("the batch has a run that the pass was not made for: " + run);
            }
            return mask;
        }
    }

    /// @param reach how many positions to either side are seen; 0 for all
    private Pass pass(EncoderBatch batch, RotaryTable table, int reach) {
        var masks = new HashMap<EncoderBatch.Run, AttentionMask>();
        int longest = 0;
        for (EncoderBatch.Run run : batch.runs()) {
            masks.put(run, mask(run, reach, batch.ids().device()));
            longest = Math.max(longest, run.length());
        }
        Turns all = table.at(0, longest);
        Turns turns =
                new Turns(all.cos().indexSelect(1, batch.positions()), all.sin().indexSelect(1, batch.positions()));
        return new Pass(turns, masks);
    }

    /// A position always sees itself, so that padding far from any real token stays finite.
    private static AttentionMask mask(EncoderBatch.Run run, int reach, Device device) {
        if (reach == 0 || run.length() <= reach + 1) {
            return PackedAttention.open(run);
        }
        AttentionMask window = AttentionMask.around(reach);
        if (run.keep() == null) {
            return window.flattened(run.length(), run.length(), device);
        }
        Tensor at = Tensors.range(0, run.length(), device);
        Tensor self = at.unsqueeze(1).eq(at.unsqueeze(0)); // [length, length]
        return window.and(run.keep().or(self)).flattened(run.length(), run.length(), device);
    }

    @Override
    public void close() {
        global.close();
        local.close();
    }
}
