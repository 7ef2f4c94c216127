package dev.mokha.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which graph a verb is about.
final class StoreOption {
    @Option(names = "--store", paramLabel = "FILE", required = true, description = "The graph: one file.")
    private Path file;

    Path file() {
        return file;
    }
}
