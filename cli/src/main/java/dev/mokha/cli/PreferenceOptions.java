package dev.mokha.cli;

import dev.mokha.language.folder.FolderParts;
import dev.mokha.language.recipe.Read;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.language.recipe.Split;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// The options of every verb that learns from what people prefer.
final class PreferenceOptions {
    @Option(
            names = "--pairs",
            required = true,
            paramLabel = "FILE",
            description =
                    "JSON lines or an array with prompt, chosen and rejected, or the like; for kto also with prompt,"
                            + " completion and label. Repeat for several.")
    private List<Path> pairs;

    @Option(names = "--epochs", defaultValue = "1", description = "Passes over the pairs.")
    private double epochs;

    @Mixin
    private ExampleOptions examples;

    Path out() {
        return examples.out();
    }

    long seed() {
        return examples.seed();
    }

    ChatTemplate template(Path base, FolderParts parts) {
        return examples.template(base, parts);
    }

    /// Reads the files, and holds some examples out where that is asked for.
    ///
    /// @param reader of one file
    <T> Split<T> split(Function<Path, Read<T>> reader, CommandSpec verb) {
        return examples.split(verb, pairs, file -> read(file, reader, verb));
    }

    private static <T> List<T> read(Path file, Function<Path, Read<T>> reader, CommandSpec verb) {
        Read<T> read = reader.apply(file);
        read.notes().forEach(line -> verb.commandLine().getErr().println("note: " + line));
        return read.examples();
    }

    /// {@return how a training on so many examples goes}
    /// @param rate the peak learning rate
    Recipe recipe(int count, double rate) {
        return examples.recipe(examples.steps(count, epochs), RateShape.COSINE, rate);
    }

    /// Tells of what did not fit, and writes `run.json` or refuses a folder with a run of other options.
    void begin(CommandSpec verb, Map<String, String> resolved, int passedOver) {
        if (passedOver > 0) {
            verb.commandLine()
                    .getErr()
                    .println("note: " + passedOver + " examples are longer than " + examples.context()
                            + " tokens and are passed over; --context takes more");
        }
        examples.begin(verb, resolved);
    }

    /// Writes `result.json`, and the figures before and after to standard output.
    void finish(CommandSpec verb, Recipe.Result result) {
        examples.finish(verb, result, Map.of());
    }
}
