package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.learn.Course;
import dev.mokha.knowledge.learn.LearningSettings;
import dev.mokha.knowledge.learn.LinkLearning;
import dev.mokha.knowledge.learn.LinkRefresh;
import dev.mokha.knowledge.learn.LinkUpdate;
import dev.mokha.knowledge.learn.SnapshotLearning;
import dev.mokha.knowledge.learn.Taught;
import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.Epoch;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.nn.fit.StopSignal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `mokha kg learn`: a model of a graph, snapshot by snapshot.
@Command(
        name = "learn",
        description = {
            "Teaches a model all snapshots of a graph that it has not learned yet, one after another.",
            "The model is kept in the graph's file. Each snapshot is stored when it is learned; inside one there is a"
                    + " checkpoint beside the file, from which the next run goes on."
        },
        footer = "  mokha kg learn --store graph.db --dim 100 --epochs 50")
final class KgLearnCommand implements Callable<Integer> {
    @Mixin
    private StoreOption store;

    @Mixin
    private ModelOption model;

    @Mixin
    private LinkOptions link;

    @Mixin
    private LifelongOptions options;

    @Mixin
    private ThreadsOption threads;

    @Option(names = "--again", description = "Forgets what the model has learned and begins anew.")
    private boolean again;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = Durations.class,
            description = "So often a checkpoint is written, such as 90s or 10m.")
    private Duration every;

    @Option(names = "--json", description = "Prints a JSON object for each snapshot.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (link.isChosen() && options.isAboutSnapshots()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "this scorer learns all facts at once; leave out --method, --weights, --mode, --margin,"
                            + " --negatives, --patience and --select");
        }
        if (link.isChosen()) {
            return atOnce();
        }
        return !again && isAtOnce() ? goOn() : bySnapshots();
    }

    private boolean isAtOnce() {
        try (var graph = GraphStore.open(store.file())) {
            return graph.models()
                    .find(model.name())
                    .filter(LinkUpdate::concerns)
                    .isPresent();
        }
    }

    /// A model that learned all at once learns what came since.
    private int goOn() {
        var err = spec.commandLine().getErr();
        var stop = new StopSignal();
        try (var _ = Interrupts.raising(stop, err);
                var graph = GraphStore.open(store.file())) {
            StoredModel old = model.in(graph);
            if (options.isAboutSnapshots() || !options.changes().isEmpty()) {
                throw new StoreException(
                        "the model '%s' learned all facts at once, by a recipe; leave out the settings,"
                                        .formatted(old.name())
                                + " choose another --model, or begin anew with --scorer and --again");
            }
            var hearing = new LinkUpdate.Hearing(FitProgress.on(err, old.name()), stop);
            var update = new LinkUpdate(graph, old.name(), LinkRefresh.USUAL, hearing);
            List<Taught> all = new ArrayList<>();
            for (int left = graph.snapshots().size() - 1 - old.learned(); left > 0; left--) {
                all.add(update.next());
            }
            var out = spec.commandLine().getOut();
            if (all.isEmpty()) {
                toldThatAllIsLearned(old);
            }
            KgReport.print(out, graph.snapshots(), all, json);
            return ExitCode.OK;
        } catch (CancellationException e) {
            err.println("interrupted; the next mokha kg learn goes on from its last checkpoint");
            return Main.INTERRUPTED;
        }
    }

    private void toldThatAllIsLearned(StoredModel pupil) {
        spec.commandLine()
                .getOut()
                .println("the model '%s' has learned all %s"
                        .formatted(pupil.name(), Sizes.plural(pupil.learned() + 1, "snapshot")));
    }

    private int atOnce() {
        LinkRecipe recipe = checked(() -> link.recipe(options.changes()));
        var err = spec.commandLine().getErr();
        var stop = new StopSignal();
        try (var _ = Interrupts.raising(stop, err);
                var graph = GraphStore.open(store.file());
                var crew = new Crew(threads.count())) {
            if (graph.models().find(model.name()).isPresent() && !again) {
                throw new StoreException(
                        "there is a model '%s' already; choose another --model, or learn it anew with --again"
                                .formatted(model.name()));
            }
            var learning = new LinkLearning(graph, recipe, crew);
            Optional<StoredModel> learned = learning.learn(model.name(), FitProgress.on(err, model.name()), stop);
            if (learned.isEmpty()) {
                err.println("interrupted; the next mokha kg learn goes on from " + learning.folder(model.name()));
                return Main.INTERRUPTED;
            }
            var out = spec.commandLine().getOut();
            ModelReport.all(graph, Among.SNAPSHOT).stream()
                    .filter(one -> one.model().equals(learned.get()))
                    .forEach(one -> {
                        if (json) {
                            out.println(one.json());
                        } else {
                            one.print(out);
                        }
                    });
            out.flush();
            return ExitCode.OK;
        }
    }

    private <T> T checked(Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int bySnapshots() {
        LearningSettings wanted = checked(options::settings);
        var err = spec.commandLine().getErr();
        var stop = new AtomicBoolean();
        try (var _ = Interrupts.of(() -> stop(stop, err));
                var graph = GraphStore.open(store.file());
                var crew = new Crew(threads.count())) {
            StoredModel pupil = pupil(graph, wanted);
            int last = graph.snapshots().size() - 1;
            if (pupil.learned() == last) {
                toldThatAllIsLearned(pupil);
                return ExitCode.OK;
            }
            int epochs = LearningSettings.of(pupil).training().epochs();
            try (var progress = new KgProgress(err, epochs)) {
                StoredModel after = new Course(graph, crew, every)
                        .learn(
                                pupil,
                                stop::get,
                                new Told(progress, spec.commandLine().getOut(), err));
                if (after.learned() < last) {
                    progress.clear();
                    err.println("interrupted; the next mokha kg learn goes on from here");
                    return Main.INTERRUPTED;
                }
            }
            return ExitCode.OK;
        }
    }

    private static void stop(AtomicBoolean stop, PrintWriter err) {
        if (stop.getAndSet(true)) {
            Runtime.getRuntime().halt(Main.INTERRUPTED);
        }
        err.println();
        err.println("stopping after this epoch, with a checkpoint; once more to quit at once");
        err.flush();
    }

    private StoredModel pupil(GraphStore graph, LearningSettings wanted) {
        StoredModel old = graph.models().find(model.name()).orElse(null);
        if (old != null && !again) {
            LearningSettings its = LearningSettings.of(old);
            if (!options.over(its).equals(its)) {
                throw new StoreException(
                        "the model '%s' learns with other settings (mokha kg history --json tells them); leave them out,"
                                        .formatted(old.name())
                                + " choose another --model, or begin anew with --again");
            }
            return old;
        }
        StoredModel[] fresh = new StoredModel[1];
        graph.atomically(() -> {
            if (old != null) {
                graph.models().delete(old);
            }
            fresh[0] = graph.models().create(model.name(), wanted.method(), wanted.json());
        });
        return fresh[0];
    }

    private final class Told implements Course.Listener {
        private final KgProgress progress;
        private final PrintWriter out;
        private final PrintWriter err;

        Told(KgProgress progress, PrintWriter out, PrintWriter err) {
            this.progress = progress;
            this.out = out;
            this.err = err;
        }

        @Override
        public void begins(Snapshot snapshot, int resumed) {
            if (resumed > 0) {
                err.println("snapshot " + snapshot.number() + ": goes on after epoch " + resumed);
            }
        }

        @Override
        public void learned(SnapshotLearning.Outcome outcome) {
            progress.clear();
            if (json) {
                out.println(KgReport.json(outcome.taught()));
            } else {
                KgReport.print(out, outcome.taught());
            }
            out.flush();
        }

        @Override
        public void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint) {
            progress.epoch(epoch, checkpoint);
        }
    }
}
