package dev.mokha.serve.encode;

import dev.mokha.language.embed.EmbedSettings;
import dev.mokha.language.embed.TextEmbedder;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.SequenceClassifier;
import dev.mokha.language.encoder.TextReader;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Int8;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// An encoder under a name: a folder with a head for whole texts gives classes or scores, all others vectors.
public final class ServedEncoder implements AutoCloseable {
    private final String name;
    private final Head head;
    private final TextReader reader;
    private final EncoderConfig config;
    private final Pass pass;

    /// A model's pass over sequences.
    private interface Pass extends AutoCloseable {
        /// {@return a row for each sequence}
        List<float[]> rows(List<Sequence> sequences);

        @Override
        void close();
    }

    private ServedEncoder(String name, Head head, TextReader reader, EncoderConfig config, Pass pass) {
        this.name = name;
        this.head = head;
        this.reader = reader;
        this.config = config;
        this.pass = pass;
    }

    /// Opens a folder of Hugging Face or of sentence-transformers.
    ///
    /// @throws IllegalArgumentException when it holds no encoder that is computed here
    static ServedEncoder open(String name, Path folder, EncodeOptions options) {
        Loading exact = Loading.forUse(options.device()).as(DType.FLOAT32);
        Loading loading = options.int8() ? exact.quantized(Int8.dynamic()) : exact;
        if (Files.exists(folder.resolve("config.json"))) {
            EncoderFolder encoder = EncoderFolder.open(folder);
            if (Objects.toString(encoder.architecture(), "").endsWith("ForSequenceClassification")) {
                return classes(name, encoder, loading);
            }
        }
        return vectors(name, folder, loading);
    }

    private static ServedEncoder vectors(String name, Path folder, Loading loading) {
        EmbedSettings settings = EmbedSettings.of(folder);
        var embedder = TextEmbedder.open(folder, settings.withNormalize(false), loading);
        var head = new Head.Vectors(embedder.width(), settings.normalize());
        return new ServedEncoder(name, head, embedder.reader(), embedder.config(), new Pass() {
            @Override
            public List<float[]> rows(List<Sequence> sequences) {
                return embedder.vectors(sequences);
            }

            @Override
            public void close() {
                embedder.close();
            }
        });
    }

    private static ServedEncoder classes(String name, EncoderFolder folder, Loading loading) {
        EncoderConfig config = folder.config();
        Squash squash = squash(config);
        var reader = new TextReader(folder.tokenizer(), config.maxLength(), false);
        SequenceClassifier model = folder.sequenceClassifier(loading);
        model.params().mode(Mode.EVAL);
        return new ServedEncoder(name, new Head.Classes(model.labels(), squash), reader, config, new Pass() {
            @Override
            public List<float[]> rows(List<Sequence> sequences) {
                try (var _ = Scope.open("classes");
                        var _ = Gradients.off()) {
                    float[] flat = model.logits(EncoderBatch.packed(sequences))
                            .to(DType.FLOAT32)
                            .contiguous()
                            .toFloats();
                    int width = model.labels().count();
                    var rows = new ArrayList<float[]>(sequences.size());
                    for (int at = 0; at < flat.length; at += width) {
                        rows.add(Arrays.copyOfRange(flat, at, at + width));
                    }
                    return rows;
                }
            }

            @Override
            public void close() {
                model.close();
            }
        });
    }

    /// What sentence-transformers' cross-encoders say in `config.json`, new or old; else a sigmoid, as there.
    private static Squash squash(EncoderConfig config) {
        Object named = config.other().get("sbert_ce_default_activation_function");
        if (config.other().get("sentence_transformers") instanceof Map<?, ?> own && own.get("activation_fn") != null) {
            named = own.get("activation_fn");
        }
        return named == null ? Squash.SIGMOID : Squash.named(named.toString());
    }

    /// {@return the name under which it is asked for}
    public String name() {
        return name;
    }

    /// {@return what its rows are}
    public Head head() {
        return head;
    }

    /// {@return what makes sequences of texts; knows the longest that fits}
    public TextReader reader() {
        return reader;
    }

    /// {@return how many tokens it knows}
    public int vocabSize() {
        return config.vocabSize();
    }

    /// Refuses what the model cannot read.
    void check(Sequence sequence) {
        if (sequence.length() > reader.longest()) {
            throw new IllegalArgumentException("a text has " + sequence.length() + " tokens; " + name + " reads "
                    + reader.longest() + "; shorten it, or have it cut");
        }
        for (int i = 0; i < sequence.length(); i++) {
            if (sequence.id(i) < 0 || sequence.id(i) >= vocabSize()) {
                throw new IllegalArgumentException(
                        "token " + sequence.id(i) + " is none of the " + vocabSize() + " of " + name);
            }
        }
    }

    /// {@return a row for each sequence, in their order, by one pass}; on one thread at a time.
    List<float[]> rows(List<Sequence> sequences) {
        return pass.rows(sequences);
    }

    /// {@return what it is, for people}
    public String describe() {
        String what = switch (head) {
            case Head.Vectors vectors -> "vectors of " + vectors.width();
            case Head.Classes classes when classes.width() == 1 -> "scores";
            case Head.Classes classes -> classes.width() + " classes";
        };
        return name + " (" + config.modelType() + ", " + what + ", " + reader.longest() + " tokens)";
    }

    @Override
    public void close() {
        pass.close();
    }
}
