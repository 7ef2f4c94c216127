package dev.mokha.language.pretrain;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.encoder.Bert;
import dev.mokha.language.encoder.Encoder;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.ReplacedTokenDetector;
import dev.mokha.language.masking.FullSentences;
import dev.mokha.language.masking.Masked;
import dev.mokha.language.masking.MaskedBatches;
import dev.mokha.language.masking.Masking;
import dev.mokha.language.masking.Pieces;
import dev.mokha.language.masking.SentenceEncoding;
import dev.mokha.language.masking.SentencePairs;
import dev.mokha.language.masking.SentenceStore;
import dev.mokha.language.masking.Sentences;
import dev.mokha.language.masking.Sequences;
import dev.mokha.nn.fit.Alarm;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.fit.Task;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How an encoder is pretrained on masked text, [Devlin et al. 2019, §3.1 and A.2](https://arxiv.org/abs/1810.04805):
/// short sequences for most of the steps and long ones for the rest, one optimiser and one schedule over all of them.
///
/// @param phases the lengths, in order: 90 % of the steps at 128 and 10 % at 512 in the paper
/// @param tilePositions whether positions that no phase has reached begin, with the phase that reaches them,
///     as copies of those that were, as in [Beltagy et al. 2020, §5](https://arxiv.org/abs/2004.05150); from
///     fresh draws they take about as long to learn as the first ones did
/// @param elsewhere where the text comes from that does not follow, for next-sentence prediction
/// @param masking what is hidden
/// @param duplicates after so many passes the same masks come again, 10 in the official data; 0 for new ones always
/// @param accumulation batches in a step
/// @param schedule the learning rate of each step, over all phases
/// @param optimizer [AdamW.Config#bert], or its twin with bias correction
/// @param clip the largest gradient norm let through
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of text and the masks
/// @param budget stop after this time; null for no limit
public record MaskedPretrain(
        List<Phase> phases,
        boolean tilePositions,
        SentencePairs.Elsewhere elsewhere,
        Masking masking,
        int duplicates,
        int accumulation,
        Schedule schedule,
        AdamW.Config optimizer,
        double clip,
        Fit.Precision precision,
        Fit.Every every,
        long seed,
        @Nullable Duration budget) {
    /// Steps with sequences of one length.
    ///
    /// @param maxLength tokens of a sequence at most
    /// @param batch sequences in a batch
    public record Phase(int maxLength, int batch, long steps) {
        public Phase {
            if (maxLength < 8 || batch < 1 || steps < 1) {
                throw new IllegalArgumentException(
                        "a phase has sequences of 8 or more tokens and at least 1 in a batch and 1 step, got "
                                + maxLength + ", " + batch + " and " + steps);
            }
        }
    }

    /// What is read.
    ///
    /// @param train texts to train on
    /// @param heldOut texts never trained on; null for none
    /// @param sentences how documents fall into sentences
    public record Texts(List<TextSource> train, @Nullable TextSource heldOut, Sentences sentences) {
        public Texts {
            train = List.copyOf(train);
        }
    }

    /// Held-out sequences that are measured at most.
    private static final int HELD_OUT = 2048;

    public MaskedPretrain {
        phases = List.copyOf(phases);
        if (phases.isEmpty() || accumulation < 1) {
            throw new IllegalArgumentException("there is at least one phase, and one batch in a step");
        }
    }

    /// {@return the paper's recipe: 15 % masked, new masks in every pass, a hundredth of the steps to warm up and a
    /// line
    /// down to 0, the authors' optimiser but with bias correction, gradients clipped at norm 1, float32}
    ///
    /// @param rate the peak learning rate: 1e-4 for BERT-BASE, more for smaller models
    public static MaskedPretrain bert(List<Phase> phases, double rate) {
        long steps = phases.stream().mapToLong(Phase::steps).sum();
        return new MaskedPretrain(
                phases,
                true,
                SentencePairs.Elsewhere.DOCUMENTS,
                Masking.bert(),
                0,
                1,
                new Schedule.WarmupLinear(rate, 0, steps / 100, steps),
                AdamW.Config.bert().withBiasCorrection(true),
                1,
                Fit.Precision.FLOAT32,
                new Fit.Every(10, 500, 500),
                0,
                null);
    }

    /// {@return phases that share these steps out: whole numbers that sum to `steps`, the last one's being the rest}
    /// @param shares of each phase; they sum to 1
    public static List<Phase> phases(List<Share> shares, long steps) {
        var phases = new ArrayList<Phase>();
        long left = steps;
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            long own = i == shares.size() - 1 ? left : Math.round(share.share() * steps);
            if (own > 0) {
                phases.add(new Phase(share.maxLength(), share.batch(), own));
            }
            left -= own;
        }
        return phases;
    }

    /// A length's share of the steps.
    public record Share(int maxLength, int batch, double share) {}

    /// {@return all steps of all phases}
    public long steps() {
        return phases.stream().mapToLong(Phase::steps).sum();
    }

    /// Trains until the steps, the budget or the signal end it. Everything goes into `out`: the tokens (encoded once,
    /// and again when the texts change), checkpoints and metrics. Run again with the same arguments it resumes.
    ///
    /// @return how it ended; the weights are in `model`
    public Fit.Result run(
            MaskedLanguageModel model, Tokenizer tokenizer, Texts texts, Path out, Progress progress, StopSignal stop) {
        return run(Trained.of(model), tokenizer, texts, out, progress, stop);
    }

    /// Trains a discriminator to tell which tokens a generator replaced, and the generator with it: see
    /// [ReplacedTokenTask]. All else is as for a masked language model, over full sentences.
    ///
    /// @return how it ended; the weights are in both models
    public Fit.Result run(
            MaskedLanguageModel generator,
            ReplacedTokenDetector discriminator,
            Tokenizer tokenizer,
            Texts texts,
            Path out,
            Progress progress,
            StopSignal stop) {
        return run(Trained.of(generator, discriminator), tokenizer, texts, out, progress, stop);
    }

    /// What is trained.
    ///
    /// @param task given the held-out examples
    /// @param pairs whether examples are pairs for next-sentence prediction
    /// @param encoders whose positions a longer phase may tile
    private record Trained(
            Function<List<List<Masked>>, Task<List<Masked>>> task, boolean pairs, List<Encoder> encoders) {
        static Trained of(MaskedLanguageModel model) {
            return new Trained(
                    heldOut -> new MaskedTask(model, heldOut), model.hasNextSentence(), List.of(model.encoder()));
        }

        static Trained of(MaskedLanguageModel generator, ReplacedTokenDetector discriminator) {
            return new Trained(
                    heldOut -> new ReplacedTokenTask(generator, discriminator, heldOut),
                    false,
                    List.of(generator.encoder(), discriminator.encoder()));
        }
    }

    private Fit.Result run(
            Trained model, Tokenizer tokenizer, Texts texts, Path out, Progress progress, StopSignal stop) {
        Pieces pieces = Pieces.of(tokenizer);
        var encoding = new SentenceEncoding(texts.train(), texts.sentences(), tokenizer);
        try (SentenceStore store = encoding.store(out.resolve("text.sentences"))) {
            var parts = new ArrayList<Phases.Phase<List<Masked>>>();
            for (int i = 0; i < phases.size(); i++) {
                Phase phase = phases.get(i);
                var drawing = new MaskedBatches.Drawing(phase.batch(), duplicates, seed + i);
                var source = new MaskedBatches(
                        sequences(model, store, pieces, phase.maxLength(), seed + i), masking, pieces, drawing);
                parts.add(new Phases.Phase<>(source, phase.steps() * accumulation, lengthening(model, i)));
            }
            Task<List<Masked>> task = model.task().apply(heldOut(model, texts, tokenizer, pieces));
            try (var adamW = new AdamW(task.parameters(), optimizer)) {
                return Fit.steps(steps(), schedule)
                        .withAccumulation(accumulation)
                        .withClip(clip)
                        .withPrecision(precision)
                        .withEvery(every)
                        .withAlarm(Alarm.finite())
                        .withBudget(budget)
                        .withOutput(out)
                        .run(task, adamW, new Phases<>(parts), progress, stop);
            }
        }
    }

    /// What has to be done before a phase: give positions that no earlier one reached a start.
    private Runnable lengthening(Trained model, int phase) {
        int before =
                phases.stream().limit(phase).mapToInt(Phase::maxLength).max().orElse(Integer.MAX_VALUE);
        if (!tilePositions || phases.get(phase).maxLength() <= before) {
            return () -> {};
        }
        return () -> model.encoders().forEach(encoder -> {
            if (encoder instanceof Bert bert) {
                bert.tilePositions(before);
            }
        });
    }

    private Sequences sequences(Trained model, SentenceStore store, Pieces pieces, int maxLength, long seed) {
        return model.pairs()
                ? new SentencePairs(
                        store, pieces, SentencePairs.Recipe.of(maxLength, seed).from(elsewhere))
                : new FullSentences(store, pieces, FullSentences.Recipe.of(maxLength, seed));
    }

    /// Held-out examples of the length that most steps have, masked once.
    private List<List<Masked>> heldOut(Trained model, Texts texts, Tokenizer tokenizer, Pieces pieces) {
        if (texts.heldOut() == null) {
            return List.of();
        }
        Phase main = Collections.max(phases, Comparator.comparingLong(Phase::steps));
        try (SentenceStore store = SentenceEncoding.of(texts.heldOut(), texts.sentences(), tokenizer)
                .inMemory()) {
            var plan = sequences(model, store, pieces, main.maxLength(), 0).plan(0);
            var batches = new ArrayList<List<Masked>>();
            int count = Math.min(HELD_OUT, plan.size());
            for (int from = 0; from < count; from += main.batch()) {
                var batch = new ArrayList<Masked>();
                for (int i = from; i < Math.min(count, from + main.batch()); i++) {
                    int number = (int) ((long) i * plan.size() / count); // spread over the whole text
                    batch.add(masking.mask(plan.sequence(number), pieces, new Masking.Draw(0, 0, number)));
                }
                batches.add(batch);
            }
            return batches;
        }
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, Object> describe() {
        return Map.of(
                "phases",
                phases + (tilePositions ? ", positions tiled" : "") + ", random next from all "
                        + elsewhere.name().toLowerCase(Locale.ROOT),
                "masking",
                masking.toString(),
                "duplicates",
                duplicates,
                "accumulation",
                accumulation,
                "schedule",
                schedule.toString(),
                "optimizer",
                optimizer.toString(),
                "clip",
                clip,
                "precision",
                precision.name(),
                "seed",
                seed);
    }
}
