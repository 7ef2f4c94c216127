package dev.mokha.cli;

import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.language.stage.Ledger;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.file.Path;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The options of every verb that trains a decoder on examples, some of them held out, and how the
/// training goes.
final class ExampleOptions {
    private static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every", "--show");

    @Option(names = "--held-out", paramLabel = "FILE", description = "Examples to measure on, never trained on.")
    private @Nullable Path heldOut;

    @Option(
            names = "--held-out-share",
            defaultValue = "0",
            description = "Without --held-out: the share of the examples that is held out.")
    private double heldOutShare;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out;

    @Option(names = "--context", defaultValue = "512", description = "Tokens of a row at most.")
    private int context;

    @Option(names = "--batch", defaultValue = "8", description = "Rows in a batch.")
    private int batch;

    @Option(names = "--accumulation", defaultValue = "1", description = "Batches in a step.")
    private int accumulation;

    @Option(names = "--warmup", defaultValue = "0.1", description = "Share of the steps from 0 to the peak.")
    private double warmup;

    @Option(names = "--template", defaultValue = "chatml", description = "Chat template where the folder has none.")
    private String template;

    @Mixin
    private FitOptions fit;

    @Option(names = "--seed", defaultValue = "0", description = "Draws the order of examples, and those held out.")
    private long seed;

    @Option(names = "--evaluate-every", defaultValue = "50", description = "Steps between evaluations; 0 for the end.")
    private long evaluateEvery;

    @Option(names = "--checkpoint-every", defaultValue = "100", description = "Steps between checkpoints.")
    private long checkpointEvery;

    Path out() {
        return out;
    }

    long seed() {
        return seed;
    }

    int context() {
        return context;
    }

    /// Reads the examples, and holds some out where that is asked for.
    <T> Split<T> split(CommandSpec verb, List<Path> files, Function<Path, List<T>> read) {
        if ((heldOutShare > 0 && heldOut != null) || !(heldOutShare >= 0 && heldOutShare < 1)) {
            throw new ParameterException(
                    verb.commandLine(), "--held-out-share is a share from 0 to 1, and goes without --held-out");
        }
        List<T> train = new ArrayList<>();
        files.forEach(file -> train.addAll(read.apply(file)));
        List<T> held = new ArrayList<>(heldOut == null ? List.of() : read.apply(heldOut));
        if (heldOutShare > 0) {
            if (train.size() < 2) {
                throw new IllegalArgumentException(
                        "of " + train.size() + " examples none can be held out; give --held-out, or more of them");
            }
            Collections.shuffle(train, new Random(seed));
            List<T> first = train.subList(0, Math.max(1, (int) (train.size() * heldOutShare)));
            held.addAll(first);
            first.clear();
        }
        return new Split<>(train, held);
    }

    /// {@return the folder's own chat template, or else the one of --template}
    ChatTemplate template(Path base, FolderParts parts) {
        return template(base, parts, template);
    }

    /// {@return the folder's own chat template, or else a built-in one}
    static ChatTemplate template(Path base, FolderParts parts, String builtIn) {
        return parts.chatTemplate() == null
                ? ChatTemplate.builtIn(BuiltInTemplate.named(builtIn))
                : ChatTemplate.of(base);
    }

    /// {@return the steps in so many passes over so many rows}
    long steps(int rows, double epochs) {
        return Math.max(1, (long) Math.ceil(epochs * rows / ((double) batch * accumulation)));
    }

    /// {@return how a training of so many steps goes}
    Recipe recipe(long steps, RateShape shape, double rate) {
        long rising = Math.round(warmup * steps);
        Schedule schedule =
                shape.schedule(new RateShape.Peak(rate, 0), rising, Math.min(steps / 5, steps - rising), steps);
        return new Recipe(
                context,
                batch,
                accumulation,
                steps,
                schedule,
                fit.precision(),
                new Fit.Every(10, evaluateEvery, checkpointEvery),
                seed,
                fit.budget());
    }

    /// Writes `run.json`, or refuses a folder with a run of other options.
    void begin(CommandSpec verb, Map<String, String> resolved) {
        RunFile.begin(out, verb, new TreeMap<>(resolved), FREE);
    }

    /// Writes `result.json`, and the figures before and after to standard output.
    ///
    /// @param facts what else is told of the run
    void finish(CommandSpec verb, Recipe.Result result, Map<String, Object> facts) {
        Map<String, Object> figures = new TreeMap<>(facts);
        figures.put("before", result.before());
        figures.put("after", result.after());
        figures.put("steps", result.fit().step());
        new Ledger(out).done("result", figures);
        var printer = verb.commandLine().getOut();
        result.after()
                .forEach((name, after) -> printer.printf(
                        Locale.ROOT,
                        "%-27s %10.4f -> %10.4f%n",
                        name,
                        result.before().get(name),
                        after));
    }
}
