package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.learn.Effort;
import dev.mokha.knowledge.learn.GraphUpdate;
import dev.mokha.knowledge.learn.HeldOut;
import dev.mokha.knowledge.learn.LearningSettings;
import dev.mokha.knowledge.learn.SnapshotLearning.Outcome;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.FactSink;
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

/// `mokha kg update`: a delta into a graph and into its model, at once.
@Command(
        name = "update",
        description = {
            "Adds the facts of files to a graph and teaches them to its model, in one transaction.",
            "Facts, vectors and figures are stored together or not at all: a malformed line, Ctrl-C or a crash leaves"
                    + " the graph as it was."
        },
        footer = {
            "  mokha kg update tuesday.tsv --store graph.db",
            "  mokha kg update right.tsv --remove wrong.tsv --store graph.db --test-share 0.1"
        })
final class KgUpdateCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DELTA",
            description = "Facts that are new: TSV, CSV, N-Triples, Turtle, RDF/XML or JSON-LD, gzipped or not.")
    private List<Path> files = List.of();

    @Mixin
    private StoreOption store;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--remove",
            paramLabel = "FILE",
            description = "Facts that hold no more; with one that is added, a correction. Repeatable.")
    private List<Path> removals = List.of();

    @Option(names = "--snapshot", paramLabel = "NAME", description = "The snapshot's name; its number by default.")
    private @Nullable String snapshot;

    @Option(
            names = "--valid-share",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "This share of the facts is not learned, and chooses the best epoch; 0 to below 1.")
    private double validShare;

    @Option(
            names = "--test-share",
            paramLabel = "SHARE",
            defaultValue = "0",
            description = "This share of the facts is not learned, and tests the model; 0 to below 1.")
    private double testShare;

    @Option(
            names = "--pool",
            paramLabel = "COUNT",
            defaultValue = "10000",
            description = "Works with so many of the entities known before, beside those of the delta.")
    private int pool;

    @Option(
            names = "--tests",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Asks so many test facts of earlier snapshots, before and after.")
    private int tests;

    @Option(
            names = "--skip-bad",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Skips and counts up to so many malformed lines of TSV, CSV and N-Triples.")
    private long mostBad;

    @Mixin
    private FactFileOptions reading;

    @Mixin
    private ThreadsOption threads;

    @Option(names = "--json", description = "Prints a JSON object for each snapshot.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Effort effort = checked();
        var err = spec.commandLine().getErr();
        var stop = new AtomicBoolean();
        try (var _ = Interrupts.of(() -> {
                    if (stop.getAndSet(true)) {
                        Runtime.getRuntime().halt(Main.INTERRUPTED); // what is not committed is nowhere
                    }
                });
                var graph = GraphStore.open(store.file());
                var crew = new Crew(threads.count())) {
            StoredModel pupil = model.in(graph);
            long seed = LearningSettings.of(pupil).training().seed();
            var bad = new BadLines(mostBad);
            var update = new GraphUpdate(graph, model.name(), effort, crew);
            List<Outcome> outcomes;
            try (var progress =
                    new KgProgress(err, LearningSettings.of(pupil).training().epochs())) {
                outcomes = update.run(writer -> read(writer, graph, bad, seed, stop), (epoch, checkpoint) -> {
                    if (stop.get()) {
                        throw new CancellationException();
                    }
                    progress.epoch(epoch, checkpoint);
                });
            }
            if (bad.skipped() > 0) {
                err.println("skipped " + Sizes.plural(bad.skipped(), "bad line"));
            }
            print(graph.snapshots(), outcomes);
            return ExitCode.OK;
        } catch (CancellationException e) {
            err.println("interrupted; " + store.file() + " is as it was");
            return Main.INTERRUPTED;
        }
    }

    private Effort checked() {
        if (files.isEmpty() && removals.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no DELTA is given; name a file, or one as --remove");
        }
        if (snapshot != null && reading.namesSnapshots()) {
            throw new ParameterException(
                    spec.commandLine(), "--snapshot and --snapshot-column both name snapshots; give one of them");
        }
        if (reading.namesSplits() && (validShare > 0 || testShare > 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--split-column says already what facts are for; leave out the shares");
        }
        try {
            new HeldOut((_, _, _, _) -> {}, validShare, testShare, 0);
            return new Effort(pool, tests, true);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void read(SnapshotWriter writer, GraphStore graph, BadLines bad, long seed, AtomicBoolean stop) {
        List<Path> all = Stream.concat(removals.stream(), files.stream()).toList();
        try (var progress = new ImportProgress(spec.commandLine().getErr(), all, stop)) {
            if (!reading.namesSnapshots()) {
                writer.begin(
                        snapshot != null ? snapshot : "" + graph.snapshots().size());
            }
            for (Path file : removals) {
                FactSink ending = progress.watching(file, (fact, _, _, _) -> writer.remove(fact));
                reading.file(file).read(bad, reading.named(ending));
            }
            var held = new HeldOut(
                    writer, validShare, testShare, seed + graph.snapshots().size());
            for (Path file : files) {
                writer.source(file);
                reading.file(file).read(bad, reading.named(progress.watching(file, held)));
            }
        }
    }

    private void print(List<Snapshot> snapshots, List<Outcome> outcomes) {
        PrintWriter out = spec.commandLine().getOut();
        for (Outcome outcome : outcomes) {
            if (json) {
                out.println(KgReport.json(outcome));
            } else {
                out.println(
                        KgHistoryCommand.line(snapshots.get(outcome.learned().snapshot())));
                KgReport.print(out, outcome);
            }
        }
        out.flush();
    }
}
