package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `run.json` beside every result: the verb, every option as it was resolved, the seed among them, and what ran it.
final class RunFile {
    private static final String NAME = "run.json";

    private RunFile() {}

    /// Writes the file, or makes sure that the one that is there asked for the same.
    ///
    /// @param free options that may differ when a run goes on, such as its time budget
    /// @throws IllegalArgumentException when the folder holds a run with other options
    static void begin(Path folder, CommandSpec verb, Map<String, ?> resolved, Set<String> free) {
        Path file = folder.resolve(NAME);
        if (Files.exists(file)) {
            requireSame(file, JsonFiles.object(file).path("options"), options(verb), free);
        }
        write(folder, verb, resolved);
    }

    /// Makes the folder of a result, so that a wrong name is an error before the work and not after.
    static void requireFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(folder + " is a file; --out names a folder", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes the file.
    static void write(Path folder, CommandSpec verb, Map<String, ?> resolved) {
        requireFolder(folder);
        write(folder.resolve(NAME), json(verb, resolved));
    }

    /// Writes `FILE.run.json` beside a result that is one file.
    static void writeBeside(Path file, CommandSpec verb, Map<String, ?> resolved) {
        write(file.resolveSibling(file.getFileName() + "." + NAME), json(verb, resolved));
    }

    private static void write(Path file, ObjectNode json) {
        JsonFiles.write(file, json.toPrettyString() + "\n");
    }

    private static ObjectNode json(CommandSpec verb, Map<String, ?> resolved) {
        ObjectNode options = options(verb);
        var json = JsonNodeFactory.instance.objectNode();
        json.put("command", verb.qualifiedName());
        json.set("options", options);
        var settings = json.putObject("resolved");
        resolved.forEach((key, value) -> settings.put(key, Objects.toString(value)));
        json.put("mokha", Version.mokha());
        json.put("java", Runtime.version().toString());
        json.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("started", Instant.now().toString());
        return json;
    }

    /// {@return every option and parameter of the verb with the value it has}
    private static ObjectNode options(CommandSpec verb) {
        var options = JsonNodeFactory.instance.objectNode();
        verb.args().stream().filter(arg -> !arg.inherited()).forEach(arg -> {
            Object value = arg.getValue();
            String name =
                    arg.isOption() ? ((picocli.CommandLine.Model.OptionSpec) arg).longestName() : arg.paramLabel();
            if (value != null) {
                options.put(name, value.toString());
            }
        });
        return options;
    }

    private static void requireSame(Path file, JsonNode before, ObjectNode now, Set<String> free) {
        for (var option : now.properties()) {
            String name = option.getKey();
            if (!free.contains(name) && !option.getValue().equals(before.path(name))) {
                throw new IllegalArgumentException(file + " is of a run with " + name + " "
                        + before.path(name).asString("absent") + ", now it is "
                        + option.getValue().asString() + "; go on with the same options, or choose another --out");
            }
        }
    }
}
