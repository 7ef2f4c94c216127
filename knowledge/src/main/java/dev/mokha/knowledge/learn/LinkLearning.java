package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.LinkData;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.LinkTraining;
import dev.mokha.knowledge.query.Calibrations;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model of a store learns the facts that hold now at once, by a [LinkRecipe], and is stored in place of
/// what was there under its name. [LinkUpdate] teaches it later facts.
///
/// Checkpoints lie in a folder beside the store: whoever was interrupted goes on from there, while the
/// graph has no further snapshot.
public final class LinkLearning {
    private final GraphStore graph;
    private final LinkRecipe recipe;
    private final Crew crew;

    /// @param crew for the tests
    public LinkLearning(GraphStore graph, LinkRecipe recipe, Crew crew) {
        this.graph = graph;
        this.recipe = recipe;
        this.crew = crew;
    }

    /// {@return where checkpoints are while a model of this name learns}
    public Path folder(String name) {
        return graph.file()
                .resolveSibling(graph.file().getFileName() + "." + name + "-"
                        + (graph.snapshots().size() - 1) + ".checkpoints");
    }

    /// Learns and stores; {@return the model, or nothing where it was stopped}
    public Optional<StoredModel> learn(String name, Progress progress, StopSignal stop) {
        PeakMemory.begin();
        int last = graph.snapshots().size() - 1;
        Snapshot now = graph.snapshots().get(last);
        Map<Split, Facts> splits = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            splits.put(split, Facts.of(graph.facts(last, split)));
        }
        var data = new LinkData(splits, now.entities(), 2 * now.relations());
        LinkTraining.Trained trained = new LinkTraining(folder(name), progress, stop).run(recipe, data);
        try (var _ = trained.model()) {
            if (trained.result().outcome() == Outcome.STOPPED) {
                return Optional.empty();
            }
            StoredModel[] stored = new StoredModel[1];
            graph.atomically(() -> stored[0] = store(name, data, trained));
            List<StoredFigure> figures = figures(stored[0]);
            graph.atomically(() -> figures.forEach(one -> graph.history().add(stored[0], one)));
            LinkCheckpoints.delete(folder(name));
            return Optional.of(stored[0]);
        }
    }

    private StoredModel store(String name, LinkData data, LinkTraining.Trained trained) {
        StoredModel fresh = write(name, trained.model());
        int last = graph.snapshots().size() - 1;
        StoredModel done = graph.models().learned(fresh, last);
        graph.history()
                .add(
                        done,
                        new LearnedSnapshot(
                                last,
                                data.of(Split.TRAIN).size(),
                                data.entities(),
                                data.entities(),
                                trained.epochs(),
                                trained.result().seconds(),
                                PeakMemory.bytes()));
        Calibrations.fit(graph, done, data.entities(), recipe.seed());
        return done;
    }

    /// Writes what was learned in place of what was there under a name.
    StoredModel write(String name, LinkModel learned) {
        ModelStore models = graph.models();
        models.find(name).ifPresent(models::delete);
        StoredModel fresh = models.create(name, StoredLink.METHOD, StoredLink.settings(learned.embeddings(), recipe));
        new StoredLink(models, fresh).write(learned, null);
        return fresh;
    }

    private List<StoredFigure> figures(StoredModel model) {
        var evaluation = new Evaluation(graph, model, crew);
        List<StoredFigure> figures = new ArrayList<>();
        for (int test = 0; test <= model.learned(); test++) {
            for (Among among : List.of(Among.SNAPSHOT, Among.NOW)) {
                Evaluation.Tested tested = evaluation.snapshot(test, among);
                RankMetrics it = tested.ranking().metrics(Ties.AVERAGE);
                if (it.count() > 0) {
                    figures.add(new StoredFigure(
                            model.learned(),
                            test,
                            Moment.AFTER,
                            among,
                            it.count(),
                            tested.candidates(),
                            it.mr(),
                            it.mrr(),
                            it.hits1(),
                            it.hits3(),
                            it.hits5(),
                            it.hits10()));
                }
            }
        }
        return figures;
    }
}
