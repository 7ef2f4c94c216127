package dev.mokha.cli;

import dev.mokha.language.align.Read;
import dev.mokha.language.align.Recipe;
import dev.mokha.language.align.Split;
import dev.mokha.language.stage.Ledger;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The options of every verb that learns from what people prefer: what is learned from, and how the
/// training goes.
final class PreferenceOptions {
    private static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every");
    private static final int SHOWN = 3;

    @Option(
            names = "--pairs",
            required = true,
            paramLabel = "FILE",
            description =
                    "JSON lines or an array with prompt, chosen and rejected, or the like; for kto also with prompt,"
                            + " completion and label. Repeat for several.")
    private List<Path> pairs;

    @Option(names = "--held-out", paramLabel = "FILE", description = "As --pairs, to measure on, never trained on.")
    private @Nullable Path heldOut;

    @Option(
            names = "--held-out-share",
            defaultValue = "0",
            description = "Without --held-out: the share of --pairs that is held out.")
    private double heldOutShare;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the pairs.")
    private double epochs;

    @Option(names = "--context", defaultValue = "512", description = "Tokens; what is longer is passed over.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Pairs in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--warmup", defaultValue = "0.1", description = "Share of the steps from 0 to the peak.")
    private double warmup;

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Option(names = "--precision", defaultValue = "float32", description = "Of products: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    @Option(names = "--seed", defaultValue = "0", description = "Draws the order of pairs, and those held out.")
    private long seed;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time, such as 10m or 1h30m.")
    private @Nullable Duration budget;

    @Option(names = "--evaluate-every", defaultValue = "50", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "100", description = "Steps between checkpoints.")
    private long checkpointEvery;

    Path out() {
        return out;
    }

    String template() {
        return template;
    }

    long seed() {
        return seed;
    }

    /// Reads the files, and holds some examples out where that is asked for.
    ///
    /// @param reader of one file
    <T> Split<T> split(Function<Path, Read<T>> reader, CommandSpec verb) {
        if ((heldOutShare > 0 && heldOut != null) || !(heldOutShare >= 0 && heldOutShare < 1)) {
            throw new ParameterException(
                    verb.commandLine(), "--held-out-share is a share from 0 to 1, and goes without --held-out");
        }
        List<T> train = new ArrayList<>();
        pairs.forEach(file -> train.addAll(read(file, reader, verb)));
        List<T> held = new ArrayList<>(heldOut == null ? List.of() : read(heldOut, reader, verb));
        if (heldOutShare > 0) {
            Collections.shuffle(train, new Random(seed));
            List<T> first = train.subList(0, Math.max(1, (int) (train.size() * heldOutShare)));
            held.addAll(first);
            first.clear();
        }
        return new Split<>(train, held);
    }

    private static <T> List<T> read(Path file, Function<Path, Read<T>> reader, CommandSpec verb) {
        var err = verb.commandLine().getErr();
        Read<T> read = reader.apply(file);
        read.skipped().stream().limit(SHOWN).forEach(line -> err.println("note: left out " + line));
        if (read.skipped().size() > SHOWN) {
            err.println("note: and " + (read.skipped().size() - SHOWN) + " more of " + file);
        }
        return read.examples();
    }

    /// {@return how a training on so many examples goes}
    /// @param rate the peak learning rate
    Recipe recipe(int examples, double rate) {
        long steps = Math.max(1, (long) Math.ceil(epochs * examples / ((double) batch * accumulation)));
        return new Recipe(
                context,
                batch,
                accumulation,
                steps,
                new Schedule.WarmupCosine(rate, 0, Math.round(warmup * steps), steps),
                precision,
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                budget);
    }

    /// Tells of what did not fit, and writes `run.json` or refuses a folder with a run of other options.
    void begin(CommandSpec verb, Map<String, String> resolved, int passedOver) {
        if (passedOver > 0) {
            verb.commandLine()
                    .getErr()
                    .println("note: " + passedOver + " examples are longer than " + context
                            + " tokens and are passed over; --context takes more");
        }
        RunFile.begin(out, verb, new TreeMap<>(resolved), FREE);
    }

    /// Writes `result.json`, and the figures before and after to standard output.
    void finish(CommandSpec verb, Recipe.Result result) {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("before", result.before());
        figures.put("after", result.after());
        figures.put("steps", result.fit().step());
        new Ledger(out).done("result", figures);
        var printer = verb.commandLine().getOut();
        result.after()
                .forEach((name, after) -> printer.printf(
                        Locale.ROOT,
                        "%-18s %10.4f -> %10.4f%n",
                        name,
                        result.before().get(name),
                        after));
    }
}
