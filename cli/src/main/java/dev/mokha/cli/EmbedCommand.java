package dev.mokha.cli;

import dev.mokha.language.embed.EmbedSettings;
import dev.mokha.language.embed.Pooling;
import dev.mokha.language.embed.TextEmbedder;
import dev.mokha.language.task.BadRows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `mokha embed`: a vector for each text.
@Command(
        name = "embed",
        description = {
            "Turns texts into vectors with an encoder: lines of plain text, or a column of CSV, TSV or JSON lines.",
            "What a folder of sentence-transformers says about pooling, normalising and length is the default."
        },
        footer = {
            "  mokha embed model sentences.txt --out vectors.npy",
            "  mokha embed model reviews.csv --text review --pooling cls",
            "  mokha embed model sentences.txt --tokens --layers -1,-2,-3,-4"
        })
final class EmbedCommand implements Callable<Integer> {
    /// Texts that are sorted by length together.
    private static final int WINDOW = 4096;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A folder with an encoder and its tokenizer.")
    private Path folder;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "Plain text with a text a line, or .csv, .tsv or .jsonl; standard input when absent.")
    private @Nullable Path file;

    @Option(names = "--text", defaultValue = "text", description = "Column of the text, in CSV, TSV and JSON lines.")
    private String column;

    @Option(
            names = "--pooling",
            converter = PoolingConverter.class,
            description =
                    "mean, cls, max, pooler, last-four-sum or last-four-concat; else as the folder says, or mean.")
    private @Nullable Pooling pooling;

    @Option(
            names = "--normalize",
            negatable = true,
            description = "Whether vectors have length 1; else as the folder says, or yes.")
    private @Nullable Boolean normalize;

    @Option(names = "--size", description = "Keep the first so many dimensions, for models trained for it.")
    private @Nullable Integer size;

    @Option(names = "--max-length", description = "Tokens that are read of a text at most; what is longer is cut.")
    private @Nullable Integer maxLength;

    @Option(names = "--batch", defaultValue = "32", description = "Texts that are read at once.")
    private int batch;

    @Option(names = "--tokens", description = "A vector for each token and layer, as extract_features.py of BERT.")
    private boolean tokens;

    @Option(
            names = "--layers",
            split = ",",
            description = "Which layers --tokens gives: 0 is the first, -1 the last. Default: -1,-2,-3,-4.")
    private List<Integer> layers = List.of();

    @Option(
            names = "--format",
            converter = FormatConverter.class,
            description = "jsonl, csv, npy or safetensors; else as the name of --out ends, or jsonl.")
    private VectorWriter.@Nullable Format format;

    @Option(names = "--out", paramLabel = "FILE", description = "Where vectors go; else to standard output.")
    private @Nullable Path out;

    @Option(
            names = "--int8",
            description = "Keeps the layers' weights in 8-bit integers: less memory, faster, nearly the same answers.")
    private boolean int8;

    @Option(names = "--skip-bad-rows", description = "Leaves bad rows out and counts them, and does not stop.")
    private boolean skip;

    @Spec
    private CommandSpec spec;

    static final class PoolingConverter implements ITypeConverter<Pooling> {
        @Override
        public Pooling convert(String text) {
            return Pooling.of(text)
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is no pooling; one of "
                            + String.join(
                                    ", ",
                                    Arrays.stream(Pooling.values())
                                            .map(Pooling::label)
                                            .toList())));
        }
    }

    static final class FormatConverter implements ITypeConverter<VectorWriter.Format> {
        @Override
        public VectorWriter.Format convert(String text) {
            return Choice.of(VectorWriter.Format.class, text);
        }
    }

    @Override
    public Integer call() {
        VectorWriter.Format wanted = format != null ? format : VectorWriter.Format.of(out);
        if (!layers.isEmpty() && !tokens) {
            throw new ParameterException(spec.commandLine(), "--layers goes with --tokens");
        }
        if (tokens && wanted != VectorWriter.Format.JSONL) {
            throw new ParameterException(spec.commandLine(), "--tokens gives JSON lines; leave --format out");
        }
        if (out == null && wanted.isBinary()) {
            throw new ParameterException(spec.commandLine(), "--format " + Choice.name(wanted) + " needs --out FILE");
        }
        var err = spec.commandLine().getErr();
        BadRows bad = skip ? BadRows.skip() : BadRows.stop();
        List<String> texts = TextRows.read(file, column, bad);
        if (file != null) {
            TableOptions.tell(bad, file, err);
        }
        try (var embedder = TextEmbedder.open(folder, settings(), EncoderEvaluation.loading(int8));
                var writer = VectorWriter.to(out, wanted, spec.commandLine().getOut())) {
            if (tokens) {
                List<Integer> chosen = layers.isEmpty() ? List.of(-1, -2, -3, -4) : layers;
                for (int i = 0; i < texts.size(); i++) {
                    writer.tokens(i, embedder.tokens(texts.get(i), chosen));
                }
            } else {
                for (int from = 0; from < texts.size(); from += WINDOW) {
                    List<String> some = texts.subList(from, Math.min(texts.size(), from + WINDOW));
                    writer.vectors(some, embedder.embedAll(some));
                }
            }
            writer.finish();
            if (embedder.truncated() > 0) {
                err.println("cut " + embedder.truncated() + " of " + texts.size() + " texts that were too long");
            }
        }
        return ExitCode.OK;
    }

    private EmbedSettings settings() {
        EmbedSettings settings = EmbedSettings.of(folder).withBatch(batch).withSize(size);
        if (pooling != null) {
            settings = settings.withPooling(pooling);
        }
        if (normalize != null) {
            settings = settings.withNormalize(normalize);
        }
        return maxLength == null ? settings : settings.withMaxLength(maxLength);
    }
}
