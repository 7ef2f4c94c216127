package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.FactSink;
import dev.mokha.knowledge.triples.MentionFile;
import dev.mokha.knowledge.triples.Split;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha kg import`: facts of files into a graph, as a snapshot.
@Command(
        name = "import",
        description = {
            "Adds the facts of files to a graph, as one snapshot or, with a column that names them, several.",
            "All is stored or nothing: a malformed line, Ctrl-C or a crash leaves the graph as it was."
        },
        footer = {
            "  mokha kg import monday.tsv tuesday.nt.gz --store graph.db",
            "  mokha kg import days.tsv --store graph.db --snapshot-column snapshot --split-column split"
        })
final class KgImportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "FILE",
            description = "TSV, CSV, N-Triples, Turtle, RDF/XML or JSON-LD, gzipped or not, in this order.")
    private List<Path> files = List.of();

    @Mixin
    private StoreOption store;

    @Option(names = "--snapshot", paramLabel = "NAME", description = "The snapshot's name; its number by default.")
    private @Nullable String snapshot;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "What the facts are for where no column says it: train, valid or test.",
            defaultValue = "train")
    private Split split;

    @Option(
            names = "--remove",
            paramLabel = "FILE",
            description = "Facts that hold no more; with one that is added, a correction. Repeatable.")
    private List<Path> removals = List.of();

    @Option(
            names = "--mentions",
            paramLabel = "FILE",
            description = "Texts by which people call entities: a table of two columns, entity and text. Repeatable.")
    private List<Path> mentions = List.of();

    @Option(
            names = "--skip-bad",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Skips and counts up to so many malformed lines of TSV, CSV and N-Triples.")
    private long mostBad;

    @Mixin
    private FactFileOptions reading;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (files.isEmpty() && removals.isEmpty() && mentions.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no FILE is given; name one, or one as --remove");
        }
        if (snapshot != null && reading.namesSnapshots()) {
            throw new ParameterException(
                    spec.commandLine(), "--snapshot and --snapshot-column both name snapshots; give one of them");
        }
        if (split != Split.TRAIN && reading.namesSplits()) {
            throw new ParameterException(
                    spec.commandLine(), "--split and --split-column both say what facts are for; give one of them");
        }
        var err = spec.commandLine().getErr();
        var stop = new AtomicBoolean();
        try (var _ = Interrupts.of(() -> {
                    if (stop.getAndSet(true)) {
                        Runtime.getRuntime().halt(Main.INTERRUPTED); // what is not committed is nowhere
                    }
                });
                var graph = GraphStore.create(store.file())) {
            List<Snapshot> written = run(graph, stop, err);
            PrintWriter out = spec.commandLine().getOut();
            written.forEach(one -> out.println(KgHistoryCommand.line(one)));
            out.flush();
            return ExitCode.OK;
        } catch (CancellationException e) {
            err.println("interrupted; " + store.file() + " is as it was");
            return Main.INTERRUPTED;
        }
    }

    private List<Snapshot> run(GraphStore graph, AtomicBoolean stop, PrintWriter err) {
        var bad = new BadLines(mostBad);
        List<Path> all =
                Stream.of(removals, files, mentions).flatMap(List::stream).toList();
        long literals = 0;
        List<Integer> numbers;
        try (var writer = graph.write();
                var progress = new ImportProgress(err, all, stop)) {
            if (!reading.namesSnapshots()) {
                writer.begin(
                        snapshot != null ? snapshot : "" + graph.snapshots().size());
            }
            for (Path file : removals) {
                FactSink ending = progress.watching(file, (fact, _, _, _) -> writer.remove(fact));
                reading.file(file).read(bad, reading.named(ending));
            }
            for (Path file : files) {
                writer.source(file);
                FactSink adding = progress.watching(file, new SplitSink(writer, split));
                literals += reading.file(file).read(bad, reading.named(adding));
            }
            for (Path file : mentions) {
                writer.source(file);
                new MentionFile(file).read(bad, progress.watching(file, writer));
            }
            progress.storing();
            numbers = writer.commit();
        }
        if (bad.skipped() > 0) {
            err.println("skipped " + Sizes.plural(bad.skipped(), "bad line"));
        }
        if (literals > 0) {
            err.println("left out " + Sizes.plural(literals, "literal") + "; --keep-literals makes entities of them");
        }
        return graph.snapshots().stream()
                .filter(one -> numbers.contains(one.number()))
                .toList();
    }
}
