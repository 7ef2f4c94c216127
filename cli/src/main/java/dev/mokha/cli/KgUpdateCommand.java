package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.learn.Effort;
import dev.mokha.knowledge.learn.GraphUpdate;
import dev.mokha.knowledge.learn.LearningSettings;
import dev.mokha.knowledge.learn.LinkRefresh;
import dev.mokha.knowledge.learn.LinkUpdate;
import dev.mokha.knowledge.learn.LinkUpdate.Hearing;
import dev.mokha.knowledge.learn.SnapshotLearning.Outcome;
import dev.mokha.knowledge.learn.Taught;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.BadLines;
import dev.mokha.nn.fit.StopSignal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
    @Mixin
    private DeltaOptions delta;

    @Mixin
    private StoreOption store;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--pool",
            paramLabel = "COUNT",
            description = "Works with so many of the entities known before, beside those of the delta. Default: 10000;"
                    + " a model that learned all at once works with all.")
    private @Nullable Integer pool;

    @Option(
            names = "--tests",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Asks so many test facts of earlier snapshots, before and after.")
    private int tests;

    @Mixin
    private LinkRefreshOptions link;

    @Mixin
    private ThreadsOption threads;

    @Option(names = "--json", description = "Prints a JSON object for each snapshot.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final StopSignal signal = new StopSignal();

    @Override
    public Integer call() {
        var err = spec.commandLine().getErr();
        checked(() -> {
            delta.check();
            return link.refresh(tests);
        });
        String again = "";
        try (var _ = Interrupts.of(this::interrupted);
                var graph = GraphStore.open(store.file())) {
            StoredModel pupil = model.in(graph);
            var bad = delta.bad();
            if (LinkUpdate.concerns(pupil)) {
                again = "; the same update goes on from its last checkpoint";
                atOnce(graph, pupil, bad);
            } else {
                bySnapshots(graph, pupil, bad);
            }
            if (bad.skipped() > 0) {
                err.println("skipped " + Sizes.plural(bad.skipped(), "bad line"));
            }
            return ExitCode.OK;
        } catch (CancellationException e) {
            err.println("interrupted; " + store.file() + " is as it was" + again);
            return Main.INTERRUPTED;
        }
    }

    private void interrupted() {
        if (stop.getAndSet(true)) {
            Runtime.getRuntime().halt(Main.INTERRUPTED); // what is not committed is nowhere
        }
        signal.raise();
    }

    private void atOnce(GraphStore graph, StoredModel pupil, BadLines bad) {
        if (pool != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the model '%s' learned all facts at once and works with all entities; leave out --pool"
                            .formatted(pupil.name()));
        }
        LinkRefresh refresh = link.refresh(tests);
        var hearing = new Hearing(FitProgress.on(spec.commandLine().getErr(), pupil.name()), signal);
        var update = new LinkUpdate(graph, pupil.name(), refresh, hearing);
        var next = new DeltaOptions.Next(graph.snapshots().size(), LinkUpdate.seed(graph, pupil));
        List<Taught> all = update.run(writer -> delta.read(writer, next, bad, watch()));
        KgReport.print(spec.commandLine().getOut(), graph.snapshots(), all, json);
    }

    private void bySnapshots(GraphStore graph, StoredModel pupil, BadLines bad) {
        if (link.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the model '%s' learns each snapshot by its method's settings; leave out --facts, --rehearse,"
                                    .formatted(pupil.name())
                            + " --epochs and --pace");
        }
        var settings = LearningSettings.of(pupil).training();
        var effort = checked(() -> new Effort(pool == null ? Effort.UPDATE.pool() : pool, tests, true));
        var next = new DeltaOptions.Next(graph.snapshots().size(), settings.seed());
        PrintWriter err = spec.commandLine().getErr();
        try (var crew = new Crew(threads.count());
                var progress = new KgProgress(err, settings.epochs())) {
            var update = new GraphUpdate(graph, pupil.name(), effort, crew);
            List<Taught> all = update
                    .run(writer -> delta.read(writer, next, bad, watch()), (epoch, checkpoint) -> {
                        if (stop.get()) {
                            throw new CancellationException();
                        }
                        progress.epoch(epoch, checkpoint);
                    })
                    .stream()
                    .map(Outcome::taught)
                    .toList();
            progress.clear();
            KgReport.print(spec.commandLine().getOut(), graph.snapshots(), all, json);
        }
    }

    private DeltaOptions.Watch watch() {
        return new DeltaOptions.Watch(spec.commandLine().getErr(), stop);
    }

    private <T> T checked(Supplier<T> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
