package dev.mokha.cli;

import dev.mokha.knowledge.learn.HeldOut;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.knowledge.triples.FactSink;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What changes a graph: facts that are new, and facts that hold no more.
final class DeltaOptions {
    @Parameters(
            paramLabel = "DELTA",
            description = "Facts that are new: TSV, CSV, N-Triples, Turtle, RDF/XML or JSON-LD, gzipped or not.")
    private List<Path> files = List.of();

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
            names = "--skip-bad",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Skips and counts up to so many malformed lines of TSV, CSV and N-Triples.")
    private long mostBad;

    @Mixin
    private FactFileOptions reading;

    /// @throws IllegalArgumentException saying what does not go together
    void check() {
        if (files.isEmpty() && removals.isEmpty()) {
            throw new IllegalArgumentException("no DELTA is given; name a file, or one as --remove");
        }
        if (snapshot != null && reading.namesSnapshots()) {
            throw new IllegalArgumentException(
                    "--snapshot and --snapshot-column both name snapshots; give one of them");
        }
        if (reading.namesSplits() && (validShare > 0 || testShare > 0)) {
            throw new IllegalArgumentException("--split-column says already what facts are for; leave out the shares");
        }
        new HeldOut((_, _, _, _) -> {}, validShare, testShare, 0);
    }

    BadLines bad() {
        return new BadLines(mostBad);
    }

    /// What the next snapshot is numbered, and the seed of what is held back of it.
    record Next(int number, long seed) {}

    /// Reads removals, then facts.
    void read(SnapshotWriter writer, Next next, BadLines bad, Watch watch) {
        List<Path> all = Stream.concat(removals.stream(), files.stream()).toList();
        try (var progress = new ImportProgress(watch.err, all, watch.stop)) {
            if (!reading.namesSnapshots()) {
                writer.begin(snapshot != null ? snapshot : "" + next.number);
            }
            for (Path file : removals) {
                FactSink ending = progress.watching(file, (fact, _, _, _) -> writer.remove(fact));
                reading.file(file).read(bad, reading.named(ending));
            }
            var held = new HeldOut(writer, validShare, testShare, next.seed + next.number);
            for (Path file : files) {
                writer.source(file);
                reading.file(file).read(bad, reading.named(progress.watching(file, held)));
            }
        }
    }

    /// Where progress is told, and whether to stop.
    record Watch(PrintWriter err, AtomicBoolean stop) {}
}
