package dev.mokha.language.encoder;

import dev.mokha.nn.Dropout;
import dev.mokha.nn.Embedding;
import dev.mokha.nn.Init;
import dev.mokha.nn.LayerNorm;
import dev.mokha.nn.Params;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The encoder of [Devlin et al. 2019](https://arxiv.org/abs/1810.04805) and of the lines that share its
/// layers: see [BertFamily].
///
/// Parameters carry the names of the Hugging Face checkpoints, so one loads unchanged. Points for a probe,
/// here for BERT: `bert.embeddings.output`, and in `bert.encoder.layer.N` `attention.self.probs`,
/// `attention.output` and `output`. A packed batch passes the maps of attention once for each run.
public final class Bert implements Encoder {
    private final BertConfig config;
    private final Embedding words;
    private final Embedding positions;
    private final @Nullable Embedding types;
    private final LayerNorm norm;
    private final Dropout dropout;
    private final Tap embedded;
    private final List<BertLayer> layers = new ArrayList<>();

    /// @param root at the root of a checkpoint with a head: the encoder stands under the family's prefix
    Bert(BertConfig config, Params root) {
        BertFamily family = config.family();
        int hidden = config.hiddenSize();
        Params params = root.at(family.prefix()).with(Init.truncatedNormal(config.initializerRange()));
        Params embeddings = params.at("embeddings");
        this.config = config;
        this.words = embeddings.embedding("word_embeddings", config.vocabSize(), hidden);
        this.positions = embeddings.embedding("position_embeddings", config.maxPositionEmbeddings(), hidden);
        this.types = family.hasSegments()
                ? embeddings.embedding("token_type_embeddings", config.typeVocabSize(), hidden)
                : null;
        this.norm = embeddings.layerNorm("LayerNorm", hidden, config.layerNormEps());
        this.dropout = embeddings.dropout(config.hiddenDropoutProb());
        this.embedded = embeddings.tap("output");
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            layers.add(new BertLayer(config, params.at(family.names().layers()).at(i)));
        }
        root.ignore("embeddings\\.position_ids$"); // old folders store what follows from the length
    }

    @Override
    public BertConfig config() {
        return config;
    }

    @Override
    public Embedding words() {
        return words;
    }

    @Override
    public Tensor forward(EncoderBatch batch) {
        Tensor x = words.forward(batch.ids()).add(positions.forward(positions(batch))); // [tokens, hidden]
        if (types != null) {
            x = x.add(types.forward(batch.segments()));
        }
        x = embedded.pass(dropout.forward(norm.forward(x)));
        for (BertLayer layer : layers) {
            x = layer.forward(x, batch);
        }
        return x;
    }

    /// Overwrites the vectors of positions from `trained` on with copies of those before, over and over.
    ///
    /// @param trained how many positions have been trained, at least 1
    public void tilePositions(int trained) {
        int first = config.maxPositionEmbeddings() - config.maxLength();
        int room = config.maxLength();
        if (trained < 1) {
            throw new IllegalArgumentException("at least 1 position has been trained, not " + trained);
        }
        try (var _ = Scope.open("tile positions");
                var _ = Gradients.off()) {
            Tensor table = positions.weight();
            Tensor pattern = table.narrow(0, first, Math.min(trained, room)).copy();
            for (int at = trained; at < room; at += trained) {
                int count = Math.min(trained, room - at);
                table.narrow(0, first + at, count).copyInPlace(pattern.narrow(0, 0, count));
            }
        }
    }

    /// RoBERTa counts real tokens, from `pad + 1`; padding stands at `pad`.
    private Tensor positions(EncoderBatch batch) {
        requireRoom(batch);
        if (config.family() != BertFamily.ROBERTA) {
            return batch.positions();
        }
        EncoderBatch.Run first = batch.runs().getFirst();
        int pad = config.padTokenId();
        if (batch.runs().size() > 1 || first.keep() == null) {
            return batch.positions().add(whole(pad + 1, batch));
        }
        Tensor real = batch.ids().ne(pad).to(batch.ids().dtype()).view(first.count(), first.length());
        return real.cumsum(1).mul(real).add(whole(pad, batch)).reshape(-1);
    }

    private static Tensor whole(int value, EncoderBatch batch) {
        return Tensors.full(value, DType.INT64, batch.ids().device(), 1);
    }

    private void requireRoom(EncoderBatch batch) {
        int room = config.maxLength();
        int longest =
                batch.runs().stream().mapToInt(EncoderBatch.Run::length).max().orElse(0);
        if (longest > room) {
            throw new IllegalArgumentException("a sequence has " + longest + " tokens, but the model has positions for "
                    + room + "; truncate the text or split it");
        }
    }

    @Override
    public void close() {
        // nothing but parameters
    }
}
