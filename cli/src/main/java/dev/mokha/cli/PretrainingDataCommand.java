package dev.mokha.cli;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.masking.ExampleFile;
import dev.mokha.language.masking.FullSentences;
import dev.mokha.language.masking.Masking;
import dev.mokha.language.masking.Pieces;
import dev.mokha.language.masking.SentenceEncoding;
import dev.mokha.language.masking.SentencePairs;
import dev.mokha.language.masking.SentenceStore;
import dev.mokha.language.masking.Sentences;
import dev.mokha.language.masking.Sequences;
import dev.mokha.language.masking.StaticExamples;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `mokha pretraining-data`: examples of masked language modelling in the official file.
@Command(
        name = "pretraining-data",
        description = {
            "Makes examples for pretraining a BERT: pairs of text with masked tokens.",
            "The file is that of the official create_pretraining_data.py: TFRecords of tf.train.Example."
                    + " Equal options give equal bytes, whatever the number of threads."
        },
        footer = "  mokha pretraining-data --data text/ --tokenizer model --out examples.tfrecord --show 2")
final class PretrainingDataCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Text: JSON lines with a field text, or plain text with blank lines between documents,"
                    + " gzipped or not, or a folder of such. Repeat for several.")
    private List<Path> data;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "PATH",
            description = "tokenizer.json, vocab.txt, or a folder with one.")
    private Path tokenizer;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file; gzipped when the name ends in .gz.")
    private Path out;

    @Option(
            names = "--sentences",
            defaultValue = "en",
            paramLabel = "lines|LANGUAGE",
            description = "lines: one sentence a line, the official format; or the language whose rules find them.")
    private String sentences;

    @Option(names = "--max-length", defaultValue = "128", description = "Tokens at most, special ones included.")
    private int maxLength;

    @Option(names = "--max-predictions", defaultValue = "20", description = "Masked tokens at most.")
    private int maxPredictions;

    @Option(names = "--masked-rate", defaultValue = "0.15", description = "The share of tokens to mask.")
    private double maskedRate;

    @ArgGroup
    private @Nullable Kind kind;

    /// Whole words or spans; token by token without either.
    static final class Kind {
        @Option(names = "--whole-words", description = "Mask all pieces of a word, or none.")
        private boolean wholeWords;

        @Option(names = "--spans", description = "Mask runs of 1 to 10 words, as SpanBERT.")
        private boolean spans;

        Masking.Kind kind() {
            if (wholeWords) {
                return new Masking.Kind.WholeWords();
            }
            return spans ? Masking.spans() : new Masking.Kind.Tokens();
        }
    }

    @Option(names = "--no-pairs", description = "Whole sentences one after the other, as RoBERTa, not pairs.")
    private boolean noPairs;

    @Option(
            names = "--short",
            defaultValue = "0.1",
            paramLabel = "SHARE",
            description = "The share of documents cut into shorter pairs.")
    private double shortRate;

    @Option(
            names = "--random-next",
            defaultValue = "documents",
            converter = RandomNext.class,
            description = RandomNext.DESCRIPTION)
    private SentencePairs.Elsewhere elsewhere;

    @Option(names = "--duplicates", defaultValue = "10", description = "Passes over the text, each masked anew.")
    private int duplicates;

    @Option(names = "--seed", defaultValue = "12345", description = "Equal seeds give equal examples.")
    private long seed;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; by default all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--show", defaultValue = "0", paramLabel = "N", description = "Print so many examples.")
    private int show;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        Tokenizer loaded = Tokenizer.load(tokenizer);
        var pieces = Pieces.of(loaded);
        var masking = new Masking(
                maskedRate, maxPredictions, kind == null ? new Masking.Kind.Tokens() : kind.kind(), Masking.Mix.BERT);
        var shape = new ExampleFile.Shape(maxLength, maxPredictions);
        var encoding = new SentenceEncoding(data.stream().map(TextSource::of).toList(), splitter(), loaded);
        Path tokens = out.resolveSibling(out.getFileName() + ".tokens");
        try (SentenceStore store = encoding.store(tokens, threads)) {
            err.printf(
                    Locale.ROOT,
                    "%,d documents, %,d sentences, %,d tokens%n",
                    store.documents(),
                    store.sentences(),
                    store.tokens());
            var copies = new StaticExamples.Copies(duplicates, seed);
            var examples = new StaticExamples(sequences(store, pieces), masking, pieces, copies).onThreads(threads);
            var shown = new ShownExamples(loaded, spec.commandLine().getOut(), show);
            ExampleFile.write(
                    out,
                    shape,
                    use -> examples.forEach(example -> {
                        shown.accept(example);
                        use.accept(example);
                    }));
            err.println(shown.summary());
            RunFile.writeBeside(out, spec, Map.of("examples", examples.size(), "tokens", store.tokens()));
        } finally {
            remove(tokens);
        }
        spec.commandLine().getOut().println(out);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private Sequences sequences(SentenceStore store, Pieces pieces) {
        return noPairs
                ? new FullSentences(store, pieces, FullSentences.Recipe.of(maxLength, seed))
                : new SentencePairs(store, pieces, new SentencePairs.Recipe(maxLength, shortRate, elsewhere, seed))
                        .onThreads(threads);
    }

    private Sentences splitter() {
        if (sentences.equals("lines")) {
            return Sentences.lines();
        }
        Locale language = Locale.forLanguageTag(sentences);
        if (language.getLanguage().isEmpty()) {
            throw new IllegalArgumentException("--sentences " + sentences
                    + " is no language, such as en or ar; write lines when each line is a sentence");
        }
        return Sentences.of(language);
    }

    private static void remove(Path tokens) {
        try {
            Files.deleteIfExists(tokens);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
