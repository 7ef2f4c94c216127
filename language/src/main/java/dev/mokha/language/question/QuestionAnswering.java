package dev.mokha.language.question;

import dev.mokha.language.encoder.EncoderConfig;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.language.folder.EncoderParts;
import dev.mokha.language.folder.FolderWriter;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.fit.Task;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.DType;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an encoder learns to find answers ([Devlin et al. 2019, §4.2 and §4.3](https://arxiv.org/abs/1810.04805)):
/// windows in a new order each epoch, the rate rising in a line over the warm-up and falling in a line to 0, the
/// authors' optimiser, gradients clipped at norm 1.
///
/// @param settings how contexts are cut and answers found
/// @param rate the peak learning rate
/// @param epochs passes over the windows
/// @param batch windows in a batch
/// @param accumulation batches in a step
/// @param warmup the share of steps over which the rate rises
/// @param optimizer the constants of the update
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of windows
/// @param budget stop after this time; null for no limit
public record QuestionAnswering(
        AnswerSettings settings,
        double rate,
        double epochs,
        int batch,
        int accumulation,
        double warmup,
        AdamW.Config optimizer,
        Fit.Precision precision,
        Fit.Every every,
        long seed,
        @Nullable Duration budget) {
    /// Folder of the model in the output folder.
    public static final String MODEL = "model";

    private static final double CLIP = 1;

    public QuestionAnswering {
        if (!(rate > 0) || !(epochs > 0) || batch < 1 || accumulation < 1) {
            throw new IllegalArgumentException("rate, epochs, batch and accumulation must be above 0, were " + rate
                    + ", " + epochs + ", " + batch + ", " + accumulation);
        }
        if (!(warmup >= 0 && warmup <= 1)) {
            throw new IllegalArgumentException("warm-up is a share of the steps, from 0 to 1, not " + warmup);
        }
    }

    /// What the authors' repository gives for BERT-BASE: batch 12, rate 3e-5, 2 epochs, warm-up 0.1.
    public static QuestionAnswering squad1() {
        return new QuestionAnswering(
                AnswerSettings.squad1(),
                3e-5,
                2,
                12,
                1,
                0.1,
                AdamW.Config.bert(),
                Fit.Precision.FLOAT32,
                new Fit.Every(20, 0, 500),
                42,
                null);
    }

    /// The paper's for SQuAD 2.0: batch 48, rate 5e-5, 2 epochs; a question may have no answer.
    public static QuestionAnswering squad2() {
        return squad1().withSettings(AnswerSettings.squad1().withDecode(Decode.squad2(0)))
                .withLearning(5e-5, 2, 48);
    }

    /// What is learnt from, and what is measured on.
    ///
    /// @param dev never trained on; null to measure nothing
    public record Data(SquadData train, @Nullable SquadData dev) {}

    /// How a run ended.
    ///
    /// @param windows how many windows were learnt from
    /// @param skipped questions that were left out, because their answer doesn't stand in their context
    /// @param dev the answers to the held-out questions; null without any, or when the run was stopped
    public record Result(
            Fit.Result fit,
            int windows,
            int skipped,
            @Nullable Answered dev) {}

    /// Checks that an encoder can be trained so.
    ///
    /// @throws IllegalArgumentException when windows are longer than it has positions for
    public void requireFits(EncoderConfig config) {
        QuestionAnswerer.requireFits(config, settings.windows());
    }

    /// Trains until the epochs, the budget or the signal end it. Checkpoints and metrics go into `out`; run again
    /// with the same arguments it resumes. When it is over, `out` holds the model as a folder that transformers
    /// opens, and the predictions for the held-out questions.
    ///
    /// @param model trained in place
    public Result run(SpanModel model, Tokenizer tokenizer, Data data, Path out, Progress progress, StopSignal stop) {
        requireFits(model.config());
        List<Window> windows = new ArrayList<>();
        int skipped = 0;
        var cutter = new Windows(tokenizer, settings.windows());
        for (Question question : data.train().questions()) {
            if (question.impossible() || question.target().isPresent()) {
                windows.addAll(cutter.of(question));
            } else {
                skipped++;
            }
        }
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to learn from: none of the "
                    + data.train().questions().size() + " questions has an answer that stands in its context");
        }
        var batches = new Shuffled<List<Window>>(new Shuffled.Examples(windows.size(), batch), seed, rows -> {
            List<Window> some = new ArrayList<>(rows.length);
            for (int row : rows) {
                some.add(windows.get(row));
            }
            return some;
        });
        var held = new HeldOutQuestions(model, tokenizer, data.dev());
        try (var adam = new AdamW(model.params().trainable(), optimizer)) {
            Fit.Result fit = fit(batches, out).run(new SpanTask(model, held::evaluate), adam, batches, progress, stop);
            if (fit.outcome() == Outcome.STOPPED || fit.outcome() == Outcome.DIVERGED) {
                return new Result(fit, windows.size(), skipped, null);
            }
            Answered answered = held.answered();
            write(model, tokenizer, answered, out);
            return new Result(fit, windows.size(), skipped, answered);
        }
    }

    private Fit fit(Shuffled<List<Window>> batches, Path out) {
        long steps = Fit.epochs(epochs, new Schedule.Constant(rate))
                .withAccumulation(accumulation)
                .totalSteps(batches);
        return Fit.steps(steps, new Schedule.WarmupLinear(rate, 0, Math.round(warmup * steps), steps))
                .withAccumulation(accumulation)
                .withClip(CLIP)
                .withPrecision(precision)
                .withEvery(every)
                .withBudget(budget)
                .withOutput(out);
    }

    private void write(SpanModel model, Tokenizer tokenizer, @Nullable Answered answered, Path out) {
        FolderWriter.write(out.resolve(MODEL), model, EncoderParts.of(tokenizer), DType.FLOAT32);
        AnswerSettings learnt = settings;
        if (answered != null) {
            answered.write(out);
            Decode decode = settings.decode();
            learnt = settings.withDecode(
                    new Decode(decode.nBest(), decode.maxAnswer(), decode.unanswerable(), answered.threshold()));
        }
        learnt.write(out.resolve(MODEL));
    }

    /// Answers the held-out questions; remembers the last answers.
    private final class HeldOutQuestions {
        private final SpanModel model;
        private final Tokenizer tokenizer;
        private final @Nullable SquadData dev;
        private @Nullable Answered last;

        HeldOutQuestions(SpanModel model, Tokenizer tokenizer, @Nullable SquadData dev) {
            this.model = model;
            this.tokenizer = tokenizer;
            this.dev = dev;
        }

        Task.@Nullable Evaluation evaluate() {
            if (dev == null) {
                return null;
            }
            // Not closed: the model is the caller's.
            var answerer = new QuestionAnswerer(model, tokenizer, settings, precision == Fit.Precision.BFLOAT16);
            Answered found = Answered.of(dev.questions(), answerer.answer(dev.questions()));
            last = found;
            return found.evaluation();
        }

        /// {@return the answers of the model as it is now: the last step evaluates, unless it was taken before a
        /// resumption}
        @Nullable
        Answered answered() {
            if (last == null) {
                evaluate();
            }
            return last;
        }
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, Object> describe() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("max_length", settings.windows().maxLength());
        words.put("max_question_length", settings.windows().maxQuestion());
        words.put("stride", settings.windows().stride());
        words.put("unanswerable", settings.decode().unanswerable());
        words.put("rate", rate);
        words.put("epochs", epochs);
        words.put("batch", batch);
        words.put("accumulation", accumulation);
        words.put("warmup", warmup);
        words.put("weight_decay", optimizer.weightDecay());
        words.put("bias_correction", optimizer.biasCorrection());
        words.put("precision", precision.name());
        words.put("seed", seed);
        return words;
    }

    public QuestionAnswering withSettings(AnswerSettings value) {
        return new QuestionAnswering(
                value, rate, epochs, batch, accumulation, warmup, optimizer, precision, every, seed, budget);
    }

    /// {@return the same with another rate, number of epochs and batch}
    public QuestionAnswering withLearning(double newRate, double newEpochs, int newBatch) {
        return new QuestionAnswering(
                settings,
                newRate,
                newEpochs,
                newBatch,
                accumulation,
                warmup,
                optimizer,
                precision,
                every,
                seed,
                budget);
    }

    public QuestionAnswering withEvery(Fit.Every value) {
        return new QuestionAnswering(
                settings, rate, epochs, batch, accumulation, warmup, optimizer, precision, value, seed, budget);
    }
}
