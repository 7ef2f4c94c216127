package dev.mokha.cli;

import dev.mokha.serve.engine.AdapterLimits;
import dev.mokha.serve.engine.Adapters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The adapters of a server.
final class AdapterFlags {
    @Option(
            names = "--adapter",
            paramLabel = "NAME=FOLDER",
            description = "A LoRA adapter as PEFT writes it, served beside the model as a model of this name; repeat"
                    + " for several.")
    private List<String> adapters = List.of();

    @Option(names = "--max-adapters", defaultValue = "16", description = "Loaded at once, at most.")
    private int most;

    @Option(
            names = "--adapter-memory",
            defaultValue = "4GiB",
            converter = ByteCounts.class,
            paramLabel = "BYTES",
            description = "Of all adapters, at most.")
    private long memory;

    @Option(
            names = "--adapter-root",
            paramLabel = "FOLDER",
            description = "Lets callers load adapters that lie below it, and unload any, while the server runs; else"
                    + " none may.")
    private @Nullable Path root;

    AdapterLimits limits() {
        return new AdapterLimits(most, memory);
    }

    /// {@return below which callers may load adapters; null for nowhere}
    @Nullable
    Path root() {
        if (root != null && !Files.isDirectory(root)) {
            throw new IllegalArgumentException("--adapter-root " + root + " is no folder");
        }
        return root;
    }

    /// {@return the adapters by name}
    ///
    /// @param taken names that are the model's
    Map<String, Path> folders(List<String> taken) {
        var folders = new LinkedHashMap<String, Path>();
        for (String adapter : adapters) {
            int at = adapter.indexOf('=');
            if (at < 1 || at == adapter.length() - 1) {
                throw new IllegalArgumentException("--adapter takes NAME=FOLDER, not '" + adapter + "'");
            }
            String name = adapter.substring(0, at);
            if (taken.contains(name) || folders.put(name, Path.of(adapter.substring(at + 1))) != null) {
                throw new IllegalArgumentException("the name '" + name + "' of an --adapter is taken; give another");
            }
        }
        if (folders.size() > most) {
            throw new IllegalArgumentException(
                    folders.size() + " adapters are more than --max-adapters " + most + "; allow more");
        }
        return folders;
    }

    /// Loads adapters.
    static void load(Map<String, Path> folders, Adapters into) {
        folders.forEach((name, folder) -> {
            try {
                into.load(name, folder);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("adapter '" + name + "': " + e.getMessage(), e);
            }
        });
    }
}
