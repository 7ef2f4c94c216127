package dev.mokha.cli;

import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.GraphStore.Order;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.triples.FactFormat;
import dev.mokha.knowledge.triples.FactWriter;
import dev.mokha.knowledge.triples.MentionFile;
import dev.mokha.knowledge.triples.Split;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha kg export`: a graph as a file.
@Command(
        name = "export",
        description = {
            "Writes the facts of a graph that hold in a snapshot, the last by default, as a file, gzipped if it ends with .gz.",
            "RDF has texts by which people call entities as rdfs:label."
        },
        footer = {
            "  mokha kg export graph.ttl.gz --store graph.db",
            "  mokha kg export days.tsv --store graph.db --snapshot-column snapshot --split-column split --mentions names.tsv"
        })
final class KgExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The file to write: .tsv, .csv, .nt, .ttl, .rdf or .jsonld.")
    private Path file;

    @Mixin
    private StoreOption store;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}. By default the ending of the name tells.")
    private @Nullable FactFormat format;

    @Option(names = "--snapshot", paramLabel = "NUMBER", description = "The snapshot's number, counted from 0.")
    private @Nullable Integer snapshot;

    @Option(names = "--split", paramLabel = "SPLIT", description = "Only facts for this: train, valid or test.")
    private @Nullable Split split;

    @Option(
            names = "--snapshot-column",
            paramLabel = "COLUMN",
            description = "A table gets this column, with the name of the snapshot in which a fact came.")
    private @Nullable String snapshotColumn;

    @Option(
            names = "--split-column",
            paramLabel = "COLUMN",
            description = "A table gets this column, with train, valid or test.")
    private @Nullable String splitColumn;

    @Option(
            names = "--mentions",
            paramLabel = "FILE",
            description = "Writes texts by which people call entities as a table of two columns: entity, text.")
    private @Nullable Path mentions;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        FactFormat kind = kind();
        if (!kind.isTable() && (snapshotColumn != null || splitColumn != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--snapshot-column and --split-column are for tables; write .tsv or .csv");
        }
        var err = spec.commandLine().getErr();
        var stop = new AtomicBoolean();
        try (var _ = Interrupts.of(() -> stop.set(true));
                var graph = GraphStore.open(store.file())) {
            int number = snapshot == null ? graph.snapshots().size() - 1 : snapshot;
            var layout = new FactWriter.Layout(kind, graph.prefixes(), snapshotColumn, splitColumn);
            WholeFile.write(file, out -> write(graph, number, FactWriter.of(out, layout), stop));
            err.println("wrote " + file);
            Path own = mentions;
            if (own != null) {
                WholeFile.write(own, out -> writeMentions(graph, number, out));
                err.println("wrote " + own);
            }
            return ExitCode.OK;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (CancellationException e) {
            err.println("interrupted; " + file + " is as it was");
            return Main.INTERRUPTED;
        }
    }

    private FactFormat kind() {
        return format == null ? FactFormat.of(file) : format;
    }

    private void write(GraphStore graph, int number, FactWriter facts, AtomicBoolean stop) throws IOException {
        List<Snapshot> all = graph.snapshots();
        long count = all.stream()
                .filter(one -> one.number() <= number)
                .mapToLong(one -> one.added() - one.removed())
                .sum();
        var work = FactProgress.Work.facts(String.valueOf(file.getFileName()), count);
        try (var progress = new FactProgress(spec.commandLine().getErr(), work)) {
            graph.forEach(number, kind() == FactFormat.JSONLD ? Order.HEAD : Order.CAME, stored -> {
                long passed = progress.passed();
                if (passed % 1000 == 0) {
                    if (stop.get()) {
                        throw new CancellationException();
                    }
                    progress.at(passed);
                }
                if (split == null || split == stored.split()) {
                    unchecked(() -> facts.write(
                            stored.fact(),
                            stored.split(),
                            all.get(stored.since()).name()));
                }
            });
            if (!kind().isTable()) {
                graph.forEachMention(number, (entity, text) -> unchecked(() -> facts.mention(entity, text)));
            }
            progress.finishing("writing");
            facts.end();
        }
    }

    private static void writeMentions(GraphStore graph, int number, OutputStream out) {
        graph.forEachMention(
                number,
                (entity, text) ->
                        unchecked(() -> out.write(MentionFile.line(entity, text).getBytes(StandardCharsets.UTF_8))));
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void unchecked(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
