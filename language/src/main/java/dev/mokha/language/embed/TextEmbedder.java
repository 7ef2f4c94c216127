package dev.mokha.language.embed;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.TextReader;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Turns texts into vectors.
///
/// ```java
/// try (var embedder = TextEmbedder.open(folder)) {
///     float[] vector = embedder.embed("Cairo lies on the Nile.");
/// }
/// ```
///
/// Texts are read in batches of like length, without padding. For one thread, as everything with tensors.
public final class TextEmbedder implements AutoCloseable {
    private final Featurizer model;
    private final TextReader reader;
    private final EmbedSettings settings;
    private long truncated;

    /// @param model read with; closed with this embedder
    public TextEmbedder(Featurizer model, Tokenizer tokenizer, EmbedSettings settings) {
        int most = model.config().maxLength();
        if (settings.maxLength() != null && settings.maxLength() > most) {
            throw new IllegalArgumentException("a maximum length of " + settings.maxLength() + " is more than the "
                    + most + " tokens that the model can read");
        }
        this.model = model;
        this.settings = settings;
        this.reader =
                new TextReader(tokenizer, Objects.requireNonNullElse(settings.maxLength(), most), settings.lowercase());
        if (settings.size() != null && settings.size() > fullWidth()) {
            throw new IllegalArgumentException("a size of " + settings.size() + " is more than the " + fullWidth()
                    + " dimensions that the model's vectors have");
        }
        if (settings.pooling() == Pooling.POOLER && !model.hasPooler()) {
            throw new IllegalArgumentException("the model has no pooler; choose another pooling, such as mean");
        }
        model.params().mode(Mode.EVAL);
    }

    /// Opens an encoder's folder, or one of sentence-transformers, with the settings that it says.
    ///
    /// @throws IllegalArgumentException when it holds no encoder or no tokenizer
    public static TextEmbedder open(Path folder) {
        return open(folder, EmbedSettings.of(folder));
    }

    /// Opens a folder with other settings.
    public static TextEmbedder open(Path folder, EmbedSettings settings) {
        return open(folder, settings, Loading.forUse(Device.CPU).as(DType.FLOAT32));
    }

    /// Opens a folder with other settings.
    ///
    /// @param loading such as one with [Loading#quantized] layers
    public static TextEmbedder open(Path folder, EmbedSettings settings, Loading loading) {
        var encoder = EncoderFolder.open(SentenceFolder.of(folder).encoder());
        Tokenizer tokenizer = encoder.tokenizer();
        Featurizer model =
                settings.pooling() == Pooling.POOLER ? encoder.pooledFeaturizer(loading) : encoder.featurizer(loading);
        try {
            @Nullable Integer most = settings.maxLength();
            int room = model.config().maxLength();
            return new TextEmbedder(
                    model, tokenizer, most != null && most > room ? settings.withMaxLength(room) : settings);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /// {@return the dimensions of a vector}
    public int width() {
        return settings.size() == null ? fullWidth() : settings.size();
    }

    private int fullWidth() {
        int hidden = model.config().hiddenSize();
        return settings.pooling() == Pooling.LAST_FOUR_CONCAT ? Math.multiplyExact(4, hidden) : hidden;
    }

    /// {@return how many texts so far were longer than the model reads, and were cut}
    public long truncated() {
        return truncated;
    }

    /// {@return how texts become vectors}
    public EmbedSettings settings() {
        return settings;
    }

    /// {@return the vector of a text}
    public float[] embed(String text) {
        return embedAll(List.of(text)).getFirst();
    }

    /// {@return the vector of each text, in their order}
    public List<float[]> embedAll(List<String> texts) {
        List<Sequence> sequences = texts.stream().map(this::sequence).toList();
        int[] order = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> sequences.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        float[][] vectors = new float[order.length][];
        for (int from = 0; from < order.length; from += settings.batch()) {
            int[] some = Arrays.copyOfRange(order, from, Math.min(order.length, from + settings.batch()));
            List<float[]> read =
                    vectors(Arrays.stream(some).mapToObj(sequences::get).toList());
            for (int k = 0; k < some.length; k++) {
                vectors[some[k]] = read.get(k);
            }
        }
        return List.of(vectors);
    }

    /// {@return the vector of each sequence, in their order, by one pass of the model}
    ///
    /// @param sequences of the [#reader()]
    public List<float[]> vectors(List<Sequence> sequences) {
        try (var _ = Scope.open("embedding");
                var _ = Gradients.off()) {
            return rows(pooled(EncoderBatch.packed(sequences)));
        }
    }

    /// {@return what makes sequences of texts}
    public TextReader reader() {
        return reader;
    }

    /// {@return the shape of the encoder}
    public EncoderConfig config() {
        return model.config();
    }

    /// {@return the vectors of a text's tokens in chosen layers}
    /// @param layers 0 is the first, -1 the last
    public TokenFeatures tokens(String text, List<Integer> layers) {
        Sequence sequence = sequence(text);
        List<String> tokens = Arrays.stream(sequence.ids())
                .mapToObj(id -> Objects.requireNonNullElse(reader.tokenizer().token(id), "id " + id))
                .toList();
        try (var _ = Scope.open("features");
                var _ = Gradients.off()) {
            LayerStates states = LayerStates.of(model, EncoderBatch.packed(List.of(sequence)));
            return new TokenFeatures(
                    tokens,
                    layers.stream()
                            .map(index -> new TokenFeatures.Layer(index, rows(states.at(index))))
                            .toList());
        }
    }

    private static List<float[]> rows(Tensor x) {
        float[] flat = x.contiguous().toFloats();
        int width = (int) x.size(1);
        List<float[]> rows = new ArrayList<>();
        for (int at = 0; at < flat.length; at += width) {
            rows.add(Arrays.copyOfRange(flat, at, at + width));
        }
        return rows;
    }

    private Sequence sequence(String text) {
        Sequence sequence = reader.whole(text, null);
        if (sequence.length() > reader.longest()) {
            truncated++;
            sequence = reader.cut(text, null);
        }
        return sequence;
    }

    /// {@return `[texts, width]`}
    private Tensor pooled(EncoderBatch batch) {
        Tensor pooled = switch (settings.pooling()) {
            case MEAN -> batch.means(model.forward(batch));
            case CLS -> batch.firsts(model.forward(batch));
            case MAX -> batch.maxima(model.forward(batch));
            case POOLER -> model.pooled(batch);
            case LAST_FOUR_SUM -> {
                List<Tensor> four = LayerStates.of(model, batch).lastFour();
                yield batch.means(four.get(0).add(four.get(1)).add(four.get(2)).add(four.get(3)));
            }
            case LAST_FOUR_CONCAT ->
                batch.means(Tensors.cat(LayerStates.of(model, batch).lastFour(), 1));
        };
        Tensor cut = width() == fullWidth() ? pooled : pooled.narrow(1, 0, width());
        if (!settings.normalize()) {
            return cut.contiguous();
        }
        Tensor length = cut.square().sum(1, true).sqrt().clamp(1e-12, Float.MAX_VALUE);
        return cut.div(length);
    }

    @Override
    public void close() {
        model.close();
    }
}
