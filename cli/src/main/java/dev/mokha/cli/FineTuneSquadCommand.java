package dev.mokha.cli;

import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.language.question.AnswerSettings;
import dev.mokha.language.question.Decode;
import dev.mokha.language.question.QuestionAnswering;
import dev.mokha.language.question.SquadData;
import dev.mokha.language.question.Windows;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Device;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `mokha finetune squad`: an encoder that finds answers in texts.
@Command(
        name = "squad",
        description = {
            "Teaches an encoder to answer questions with words of a given text: SQuAD 1.1 or 2.0, or data like them.",
            "OUT/model is the Hugging Face folder; predictions, scores, checkpoints and run.json lie beside it. Ctrl-C"
                    + " stops with a checkpoint, and the same command goes on."
        },
        footer = "  mokha finetune squad --model bert --train train.json --dev dev.json --out run")
final class FineTuneSquadCommand implements Callable<Integer> {
    private static final int SHOWN = 3;

    @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "The encoder, with its tokenizer.")
    private Path model;

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description = "Questions to learn from: SQuAD JSON, or JSON lines, or gzipped.")
    private Path train;

    @Option(names = "--dev", paramLabel = "FILE", description = "Questions to measure on, never trained on.")
    private @Nullable Path dev;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--first", paramLabel = "N", description = "Learn from the first N questions alone.")
    private @Nullable Integer first;

    @Option(names = "--first-dev", paramLabel = "N", description = "Measure on the first N questions alone.")
    private @Nullable Integer firstDev;

    @Option(
            names = "--from-scratch",
            description = "Draws the encoder anew, and takes the folder's shape and tokenizer alone: what the same"
                    + " training gives without pretraining.")
    private boolean fromScratch;

    @Option(names = "--lr", defaultValue = "3e-5", description = "Peak learning rate.")
    private double rate;

    @Option(names = "--epochs", defaultValue = "2", description = "Passes over the questions.")
    private double epochs;

    @Option(names = "--batch", defaultValue = "12", description = "Windows in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--warmup", defaultValue = "0.1", description = "Share of the steps over which the rate rises.")
    private double warmup;

    @Option(names = "--weight-decay", defaultValue = "0.01", description = "Decay of matrices.")
    private double weightDecay;

    @Option(names = "--bias-correction", description = "Corrects early moments, which the authors' code does not.")
    private boolean biasCorrection;

    @Option(names = "--max-length", defaultValue = "384", description = "Tokens in a window.")
    private int maxLength;

    @Option(names = "--max-question", defaultValue = "64", description = "Tokens of a question; the rest is cut off.")
    private int maxQuestion;

    @Option(names = "--stride", defaultValue = "128", description = "Tokens from one window's start to the next's.")
    private int stride;

    @Option(names = "--max-answer", defaultValue = "30", description = "Tokens in an answer at most.")
    private int maxAnswer;

    @Mixin
    private FitOptions fit;

    @Option(names = "--seed", defaultValue = "42", description = "Draws the head, dropout and the order of windows.")
    private long seed;

    @Option(names = "--evaluate-every", defaultValue = "0", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "500", description = "Steps between checkpoints.")
    private long checkpointEvery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        var folder = EncoderFolder.open(model);
        SquadData learnt = data(train, first, err);
        SquadData measured = dev == null ? null : data(dev, firstDev, err);
        QuestionAnswering recipe = recipe(learnt.hasImpossible() || (measured != null && measured.hasImpossible()));
        recipe.requireFits(folder.config());
        RunFile.begin(out, spec, recipe.describe(), FitOptions.FREE);
        var found = new AtomicReference<QuestionAnswering.@Nullable Result>();
        try (SpanModel encoder = new SpanModel(folder.config(), params(folder))) {
            int code = Training.run(err, "finetune", (progress, stop) -> {
                var result = recipe.run(
                        encoder, folder.tokenizer(), new QuestionAnswering.Data(learnt, measured), out, progress, stop);
                tell(result.skipped(), err);
                found.set(result);
                return result.fit();
            });
            if (code == ExitCode.OK) {
                print(Objects.requireNonNull(found.get()));
            }
            return code;
        }
    }

    private Params params(EncoderFolder folder) {
        return fromScratch
                ? Params.fresh(seed)
                : Params.from(
                        folder.weights(),
                        Loading.forTraining(Device.CPU).drawing(SpanModel.HEAD).seed(seed));
    }

    private static SquadData data(Path file, @Nullable Integer count, PrintWriter err) {
        SquadData read = SquadData.read(file);
        var problems = read.problems();
        problems.stream().limit(SHOWN).forEach(problem -> err.println("note: " + problem));
        if (problems.size() > SHOWN) {
            err.println("note: and " + (problems.size() - SHOWN) + " more answers that do not stand where " + file
                    + " says");
        }
        return count == null ? read : read.first(count);
    }

    private QuestionAnswering recipe(boolean unanswerable) {
        var decode = unanswerable ? Decode.squad2(0) : Decode.squad1();
        return new QuestionAnswering(
                new AnswerSettings(
                        new Windows.Config(maxLength, maxQuestion, stride),
                        new Decode(decode.nBest(), maxAnswer, unanswerable, decode.threshold())),
                rate,
                epochs,
                batch,
                accumulation,
                warmup,
                AdamW.Config.bert().withWeightDecay(weightDecay).withBiasCorrection(biasCorrection),
                fit.precision(),
                new Fit.Every(20, evaluateEvery, checkpointEvery),
                seed,
                fit.budget());
    }

    private static void tell(int skipped, PrintWriter err) {
        if (skipped > 0) {
            err.println("note: " + skipped + " questions were not learnt from: no answer of theirs stands in their"
                    + " context");
        }
    }

    private void print(QuestionAnswering.Result result) {
        var written = spec.commandLine().getOut();
        if (result.dev() != null) {
            written.println(result.dev().score().toJson());
        }
        written.println(out.resolve(QuestionAnswering.MODEL));
        written.flush();
    }
}
