package dev.mokha.bench;

import dev.mokha.language.adapt.Adapt;
import dev.mokha.language.adapt.RowMethod;
import dev.mokha.language.corpus.TextSource;
import dev.mokha.language.pretrain.HeldOut;
import dev.mokha.language.pretrain.Pretrain;
import dev.mokha.language.stage.Ledger;
import dev.mokha.language.stage.Listener;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.merge.MergeScope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/// ALLaM's choices, one changed at a time, on the samples and the base model of the repository: the mixture,
/// how new rows begin, parallel text, and the learning rate. Prints the table of `docs/allam.md`.
///
/// `AllamAblations OUT STEPS SEED...`; run in the repository's root. A run that is there is not run again, and one
/// that another process is at is left to it, so that several can share the work; the last to end prints the table.
public final class AllamAblations {
    private static final Path BASE = Path.of("samples/base");
    private static final Path TEXT = Path.of("samples/text");
    private static final double PARALLEL = 0.1;
    private static final double PEAK = 1e-3;

    private AllamAblations() {}

    /// A line of the table.
    ///
    /// @param english its share of the mixture; parallel text has a tenth, or nothing, and Arabic the rest
    /// @param again whether the rate rises to the peak anew and falls as half a cosine; or else it
    ///     stays at a tenth of it
    private record Choice(String name, double english, boolean parallel, RowMethod rows, boolean again) {}

    private static final Choice COMMON = new Choice("common", 0.45, true, RowMethod.NOISY_MEAN, true);

    private static final List<Choice> CHOICES = List.of(
            COMMON,
            new Choice("english 0 %", 0, true, RowMethod.NOISY_MEAN, true),
            new Choice("english 25 %", 0.25, true, RowMethod.NOISY_MEAN, true),
            new Choice("english 75 %", 0.75, true, RowMethod.NOISY_MEAN, true),
            new Choice("rows random", 0.45, true, RowMethod.RANDOM, true),
            new Choice("rows mean", 0.45, true, RowMethod.MEAN, true),
            new Choice("rows focus", 0.45, true, RowMethod.FOCUS, true),
            new Choice("rows aligned", 0.45, true, RowMethod.ALIGNED, true),
            new Choice("no parallel", 0.45, false, RowMethod.NOISY_MEAN, true),
            new Choice("constant rate", 0.45, true, RowMethod.NOISY_MEAN, false));

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path out = Path.of(arguments[0]);
        long steps = Long.parseLong(arguments[1]);
        int[] seeds =
                Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        for (int seed : seeds) {
            for (Choice choice : CHOICES) {
                run(choice, steps, seed, folder(out, choice, seed));
            }
        }
        if (Arrays.stream(seeds).allMatch(seed -> CHOICES.stream().allMatch(choice -> isDone(out, choice, seed)))) {
            table(out, seeds);
        }
    }

    private static boolean isDone(Path out, Choice choice, int seed) {
        return Files.exists(folder(out, choice, seed).resolve("report.json"));
    }

    private static void run(Choice choice, long steps, int seed, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                @Nullable FileLock lock = file.tryLock()) {
            if (lock != null) {
                System.err.println(choice.name() + ", seed " + seed);
                recipe(choice, steps, seed, folder).run(Listener.silent(), new StopSignal());
            }
        }
    }

    private static Path folder(Path out, Choice choice, int seed) {
        return out.resolve(choice.name().replaceAll("\\W+", "-") + "-" + seed);
    }

    private static Adapt recipe(Choice choice, long steps, int seed, Path out) {
        double parallel = choice.parallel() ? PARALLEL : 0;
        List<Pretrain.Source> replay =
                choice.english() == 0 ? List.of() : List.of(source("english-train", choice.english()));
        var formats = List.of("{en}\n{ar}", "{ar}\n{en}");
        var pairs = new TextSource(TEXT.resolve("parallel-train.jsonl.gz"), formats);
        var texts = new Adapt.Texts(
                List.of(source("arabic-train", 1 - parallel - choice.english())),
                replay,
                parallel == 0
                        ? List.of()
                        : List.of(new Pretrain.Source("parallel", pairs, parallel, Double.POSITIVE_INFINITY)),
                List.of(heldOut("english"), heldOut("arabic"), heldOut("parallel")));
        var schedule = choice.again()
                ? new Schedule.WarmupCosine(PEAK, PEAK / 10, steps / 10, steps)
                : new Schedule.Constant(PEAK / 10);
        var pretrain = new Pretrain(
                256, 8, 1, steps, schedule, 0.1, Fit.Precision.BFLOAT16, new Fit.Every(10, 0, 100), seed, null, null);
        var vocabulary = new Adapt.Vocabulary(6144, MergeScope.arabic(), choice.rows());
        return new Adapt(BASE, texts, vocabulary, pretrain, null, out);
    }

    private static Pretrain.Source source(String file, double weight) {
        var text = TextSource.of(TEXT.resolve(file + ".jsonl.gz"));
        return new Pretrain.Source(file, text, weight, Double.POSITIVE_INFINITY);
    }

    private static HeldOut heldOut(String name) {
        return new HeldOut(
                name, TextSource.of(TEXT.resolve(name + "-held-out.jsonl.gz")).all());
    }

    private static void table(Path out, int[] seeds) {
        System.out.println("| bits a byte, mean of " + seeds.length
                + " seeds ± 95 % | rows alone: Arabic | after: Arabic | English | parallel |");
        System.out.println("|---|---|---|---|---|");
        for (Choice choice : CHOICES) {
            List<String> cells = new ArrayList<>();
            cells.add(choice.name());
            cells.add(interval(out, choice, seeds, "growth", "arabic"));
            for (String text : List.of("arabic", "english", "parallel")) {
                cells.add(interval(out, choice, seeds, "after", text));
            }
            System.out.println("| " + String.join(" | ", cells) + " |");
        }
    }

    private static String interval(Path out, Choice choice, int[] seeds, String stage, String text) {
        double[] values = IntStream.of(seeds)
                .mapToDouble(seed -> figure(new Ledger(folder(out, choice, seed)), stage, text))
                .toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        if (values.length == 1) {
            return String.format(Locale.ROOT, "%.3f", mean);
        }
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        double error = Math.sqrt(squares / (values.length - 1) / values.length);
        double half = TDistribution.of(values.length - 1).inverseCumulativeProbability(0.975) * error;
        return String.format(Locale.ROOT, "%.3f ± %.3f", mean, half);
    }

    private static double figure(Ledger ledger, String stage, String text) {
        Map<String, Object> found = Objects.requireNonNull(ledger.find(stage), stage);
        return ((Number) Objects.requireNonNull(found.get(text), text)).doubleValue();
    }
}
