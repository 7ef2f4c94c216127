package dev.mokha.language.pretrain;

import dev.mokha.language.corpus.Mixture;
import dev.mokha.language.corpus.Packing;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.corpus.TokenFile;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.evaluate.BitsPerByte;
import dev.mokha.nn.fit.Alarm;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a decoder is trained, or trained on, from text: the same recipe for a fresh model and for a second
/// language. Optimiser defaults are those of the ALLaM specification, §3: AdamW with betas 0.9 and 0.95,
/// decay 0.1 on matrices but not on norms and embeddings, gradients clipped at norm 1.
///
/// @param context tokens in a row
/// @param batch rows in a batch
/// @param accumulation batches in a step
/// @param steps how many steps
/// @param schedule the learning rate of each step
/// @param weightDecay the decoupled decay of matrices
/// @param precision what products run in
/// @param every how often to log, evaluate and write checkpoints
/// @param seed draws the order of text and the mixture
/// @param budget stop after this time; null for no limit
/// @param retention what must not be forgotten meanwhile; null for nothing
/// @param temperature T of a mixture by size: the weight of a source is multiplied by its tokens to the power
///     of 1/T, so that 1 gives shares by size and more evens them out
///     ([Conneau & Lample 2019](https://arxiv.org/abs/1901.07291), section 3.1, where 1/T is α); infinite for
///     the weights alone
public record Pretrain(
        int context,
        int batch,
        int accumulation,
        long steps,
        Schedule schedule,
        double weightDecay,
        Fit.Precision precision,
        Fit.Every every,
        long seed,
        @Nullable Duration budget,
        @Nullable Retention retention,
        double temperature) {
    /// A mixture by weights alone.
    public Pretrain(
            int context,
            int batch,
            int accumulation,
            long steps,
            Schedule schedule,
            double weightDecay,
            Fit.Precision precision,
            Fit.Every every,
            long seed,
            @Nullable Duration budget,
            @Nullable Retention retention) {
        this(
                context,
                batch,
                accumulation,
                steps,
                schedule,
                weightDecay,
                precision,
                every,
                seed,
                budget,
                retention,
                Double.POSITIVE_INFINITY);
    }

    /// Text to train on.
    ///
    /// @param name what logs call it
    /// @param text where it is
    /// @param weight its share among the weights of all
    /// @param epochs how often it may be seen; infinite for no limit
    public record Source(String name, TextSource text, double weight, double epochs) {
        public Source {
            if (!name.matches("[\\p{L}\\p{N}_.-]+")) {
                throw new IllegalArgumentException(
                        "a source's name names a file too: '" + name + "' may hold letters, digits, '_', '.' and '-'");
            }
        }
    }

    public Pretrain {
        if (context < 8 || batch < 1 || accumulation < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "context must be at least 8 and batch, accumulation and steps at least 1," + " were " + context
                            + ", " + batch + ", " + accumulation + ", " + steps);
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("a mixture's temperature is above 0, not " + temperature);
        }
    }

    /// Trains until the steps, the budget or the signal end it. Everything goes into `out`: each source's
    /// tokens (encoded once), checkpoints and metrics. Run again with the same arguments it resumes.
    ///
    /// @return how it ended; the weights are in `model`
    public Fit.Result run(
            Decoder model,
            Tokenizer tokenizer,
            int endOfText,
            List<Source> sources,
            List<HeldOut> heldOut,
            Path out,
            Progress progress,
            StopSignal stop) {
        requireNames(sources);
        List<TokenFile> files = new ArrayList<>();
        try {
            List<Mixture.Part> parts = new ArrayList<>();
            for (Source source : sources) {
                TokenFile tokens = tokens(source, tokenizer, endOfText, out.resolve("tokens"));
                files.add(tokens);
                var rows = new Packing(tokens, context - 1, seed + parts.size());
                double weight = weight(source, tokens.tokens());
                parts.add(new Mixture.Part(source.name(), rows, weight, source.epochs()));
            }
            var mixture = new Mixture(parts, seed);
            var batches = new PackedRows(mixture, batch);
            var window = new BitsPerByte.Window(context, batch);
            Supplier<Map<String, Double>> measure =
                    () -> HeldOut.measure(heldOut, model, text -> tokenizer.encodeIds(text, false), endOfText, window);
            @Nullable
            RetentionWatch watch = retention == null
                    ? null
                    : RetentionWatch.begin(
                            retention, every, heldOut, mixture, progress, out.resolve("retention.json"), measure);
            var task = new DecoderTask(model, () -> {
                Map<String, Double> figures = measure.get();
                if (watch != null) {
                    watch.see(figures);
                }
                return HeldOut.evaluation(figures);
            });
            try (var optimizer =
                    new AdamW(model.params().trainable(), AdamW.Config.decoder().withWeightDecay(weightDecay))) {
                return fit(out).run(task, optimizer, batches, progress, stop);
            }
        } finally {
            files.forEach(TokenFile::close);
        }
    }

    /// {@return a source's weight in the mixture, `wᵢ nᵢ^(1/T)` with its `nᵢ` tokens}
    double weight(Source source, long tokens) {
        return source.weight() * Math.pow((double) tokens, 1 / temperature);
    }

    private static void requireNames(List<Source> sources) {
        Set<String> names = new HashSet<>();
        for (Source source : sources) {
            if (!names.add(source.name())) {
                throw new IllegalArgumentException(
                        "two sources are called '" + source.name() + "', but each has a file of tokens of that name");
            }
        }
    }

    private Fit fit(Path out) {
        return Fit.steps(steps, schedule)
                .withAccumulation(accumulation)
                .withPrecision(precision)
                .withEvery(every)
                .withAlarm(Alarm.finite())
                .withBudget(budget)
                .withOutput(out);
    }

    private static TokenFile tokens(Source source, Tokenizer tokenizer, int endOfText, Path folder) {
        Path file = folder.resolve(source.name() + ".tokens");
        if (Files.exists(file)) {
            return TokenFile.open(file);
        }
        return TokenFile.encode(source.text(), text -> tokenizer.encodeIds(text, false), endOfText, file);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, Object> describe() {
        Map<String, Object> words = new TreeMap<>(Map.ofEntries(
                Map.entry("context", context),
                Map.entry("batch", batch),
                Map.entry("accumulation", accumulation),
                Map.entry("steps", steps),
                Map.entry("schedule", schedule.toString()),
                Map.entry("weight_decay", weightDecay),
                Map.entry("precision", precision.name()),
                Map.entry("seed", seed)));
        if (retention != null) {
            words.put("retention", retention.toString());
        }
        if (Double.isFinite(temperature)) {
            words.put("temperature", temperature);
        }
        return words;
    }
}
