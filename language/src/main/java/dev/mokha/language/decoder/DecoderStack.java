package dev.mokha.language.decoder;

import dev.mokha.language.rotary.RotaryTable;
import dev.mokha.nn.Embedding;
import dev.mokha.nn.Params;
import dev.mokha.nn.RmsNorm;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What every decoder is below its head: the table, the layers and the last norm.
final class DecoderStack implements AutoCloseable {
    private final DecoderConfig config;
    private final Params params;
    private final Embedding embedding;
    private final Tap embedded;
    private final List<DecoderLayer> layers;
    private final RmsNorm norm;
    private final Tap normed;
    private final RotaryTable rotary;

    /// @param params at `model`
    DecoderStack(DecoderConfig config, Params params) {
        this.config = config;
        this.params = params;
        this.embedding = params.embedding("embed_tokens", config.vocabSize(), config.hiddenSize());
        this.embedded = params.at("embed_tokens").tap("output");
        this.layers = new ArrayList<>();
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            layers.add(new DecoderLayer(config, i, params.at("layers").at(i)));
        }
        this.norm = params.rmsNorm("norm", config.hiddenSize(), config.rmsNormEps());
        this.normed = params.at("norm").tap("output");
        this.rotary = new RotaryTable(
                config.headDim(), config.ropeParameters(), config.maxPositionEmbeddings(), params.device());
        params.ignore("rotary_emb\\.inv_freq$"); // old folders store what the configuration says
    }

    Embedding embedding() {
        return embedding;
    }

    /// {@return the residual stream after the last norm, `[batch, time, hidden]`}
    /// @param cache what stands before the batch, to which it is added; null for nothing
    Tensor hidden(TokenBatch batch, @Nullable KeyValueCache cache) {
        return hidden(batch, cache, null);
    }

    /// {@return the residual stream after the last norm, `[batch, time, hidden]`}
    /// @param cache what stands before the batch, to which it is added; null for nothing
    /// @param balance to which layers of experts are added; null for nothing
    Tensor hidden(TokenBatch batch, @Nullable KeyValueCache cache, @Nullable LoadBalance balance) {
        Tensor ids = batch.ids().to(params.device());
        var there = new TokenBatch(ids, batch.attentionMask(), batch.positions(), batch.documents(), batch.branches());
        Tensor x = layers(ids, Pass.of(there, config, rotary, cache).balanced(balance), layers.size());
        if (cache != null) {
            cache.advance(ids.size(1));
        }
        return normed.pass(norm.forward(x));
    }

    /// {@return the residual stream of the wanted rows after the last norm, `[1, wanted, hidden]`}
    Tensor hidden(StepBatch rows, StepAttention attention) {
        Pass pass = Pass.over(rows, attention);
        Tensor x = layers(rows.ids().unsqueeze(0), pass, rows.layers());
        return normed.pass(norm.forward(x.indexSelect(1, rows.wanted())));
    }

    /// {@return the residual stream after the first layers, `[batch, time, hidden]`}
    private Tensor layers(Tensor ids, Pass pass, int count) {
        Tensor x = embedded.pass(embedding.forward(ids)); // [batch, time, hidden]
        for (DecoderLayer layer : layers.subList(0, count)) {
            x = layer.forward(x, pass);
        }
        return x;
    }

    /// Releases the rotary table; parameters belong to their tree.
    @Override
    public void close() {
        rotary.close();
    }
}
