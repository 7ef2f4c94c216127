package dev.mokha.cli;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha tokenizer train`: a vocabulary from text.
@Command(
        name = "train",
        description = {
            "Learns a tokenizer from text and writes its tokenizer.json.",
            "The same text gives the same tokenizer, whatever the number of threads."
        },
        footer = "  mokha tokenizer train --kind byte-level --vocab-size 8000 --data text/ --out tokenizer")
final class TokenizerTrainCommand implements Callable<Integer> {
    @Option(
            names = "--kind",
            defaultValue = "byte-level",
            converter = Kind.Converter.class,
            description = "byte-level (BPE over bytes, as GPT-2),"
                    + " sentencepiece (BPE over characters with byte fallback, as Llama 2) or wordpiece (as BERT).")
    private Kind kind;

    @Option(names = "--vocab-size", required = true, description = "Pieces in all, special tokens included.")
    private int vocabSize;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description = "Text: JSON lines with a field text, or plain text, gzipped or not, or a folder of such."
                    + " Repeat for several.")
    private List<Path> data;

    @Option(
            names = "--special",
            paramLabel = "TOKEN",
            description = "Special tokens of a byte-level tokenizer, ids from 0; repeatable. Default: <|endoftext|>.")
    private List<String> special = List.of();

    @Option(
            names = "--cased",
            description = "For wordpiece: case, accents and diacritics stay, as Arabic and named entities need;"
                    + " else they go, as in BERT's uncased models.")
    private boolean cased;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where tokenizer.json goes.")
    private Path out;

    @Spec
    private CommandSpec spec;

    /// The kinds of tokenizer that can be learned.
    enum Kind {
        BYTE_LEVEL,
        SENTENCEPIECE,
        WORDPIECE;

        static final class Converter implements ITypeConverter<Kind> {
            @Override
            public Kind convert(String text) {
                return Choice.of(Kind.class, text);
            }
        }
    }

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        if (!special.isEmpty() && kind != Kind.BYTE_LEVEL) {
            throw new ParameterException(
                    spec.commandLine(), "--special goes with --kind byte-level; the other kinds have their own");
        }
        if (cased && kind != Kind.WORDPIECE) {
            throw new ParameterException(
                    spec.commandLine(), "--cased goes with --kind wordpiece; the other kinds keep every letter");
        }
        RunFile.requireFolder(out);
        Iterable<String> documents = Texts.of(data);
        Tokenizer tokenizer = learn(documents, LearningProgress.on(err));
        tokenizer.save(out);
        RunFile.write(out, spec, Map.of("kind", Choice.name(kind), "tokens", tokenizer.vocabSize()));
        spec.commandLine().getOut().println(out.resolve("tokenizer.json"));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    private Tokenizer learn(Iterable<String> documents, TrainingProgress progress) {
        return switch (kind) {
            case BYTE_LEVEL -> {
                var plain = ByteLevelBpeTraining.gpt2(vocabSize);
                var training = special.isEmpty()
                        ? plain
                        : new ByteLevelBpeTraining(plain.limits(), special, plain.splitter(), plain.counting());
                yield training.tokenizer(training.train(documents, progress));
            }
            case SENTENCEPIECE -> {
                var training = SentencePieceBpeTraining.llama(vocabSize);
                yield training.tokenizer(training.train(documents, progress));
            }
            case WORDPIECE -> {
                var bert = WordPieceTraining.bert(vocabSize);
                var training = cased ? bert : bert.withNormalizer(Normalizer.Bert.uncased());
                yield training.tokenizer(training.train(documents, progress));
            }
        };
    }
}
