package dev.mokha.cli;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.triples.FactFormat;
import dev.mokha.knowledge.triples.FactWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha kg export`: a graph as a file.
@Command(
        name = "export",
        description = "Writes the facts of a graph that hold in a snapshot, the last by default, as a file.",
        footer = "  mokha kg export graph.ttl --store graph.db")
final class KgExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to write: .tsv, .nt or .ttl.")
    private Path file;

    @Mixin
    private StoreOption store;

    @Option(names = "--format", description = "TSV, NTRIPLES or TURTLE. By default the ending of the name tells.")
    private @Nullable FactFormat format;

    @Option(names = "--snapshot", paramLabel = "NUMBER", description = "The snapshot's number, counted from 0.")
    private @Nullable Integer snapshot;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (var graph = GraphStore.open(store.file())) {
            Path target = file.toAbsolutePath();
            Path whole = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".part");
            try {
                try (var out = Files.newBufferedWriter(whole)) {
                    write(graph, out);
                }
                Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(whole);
            }
        }
        spec.commandLine().getErr().println("wrote " + file);
        return ExitCode.OK;
    }

    private void write(GraphStore graph, Writer out) throws IOException {
        var facts = new FactWriter(out, format == null ? FactFormat.of(file) : format, graph.prefixes());
        graph.forEach(snapshot == null ? graph.snapshots().size() - 1 : snapshot, stored -> {
            try {
                facts.write(stored.fact());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        facts.end();
    }
}
