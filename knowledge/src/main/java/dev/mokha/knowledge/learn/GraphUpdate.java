package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import java.util.ArrayList;
import java.util.List;

/// Adds a delta to a store and teaches it to a model, in one transaction: whoever is killed meanwhile
/// leaves the store as it was, facts, vectors and figures alike.
public final class GraphUpdate {
    private final GraphStore graph;
    private final String model;
    private final Effort effort;
    private final Crew crew;

    /// @param model the name of a model that knows all snapshots so far
    public GraphUpdate(GraphStore graph, String model, Effort effort, Crew crew) {
        this.graph = graph;
        this.model = model;
        this.effort = effort;
        this.crew = crew;
    }

    /// Says what changed.
    @FunctionalInterface
    public interface Changes {
        /// Begins one snapshot or several and gives their facts and removals.
        void to(SnapshotWriter writer);
    }

    /// Stores and learns what changed.
    ///
    /// @return what came of each snapshot, in order
    /// @throws StoreException where the model is not there, or has snapshots left to learn
    public List<SnapshotLearning.Outcome> run(Changes changes, Progress progress) {
        List<SnapshotLearning.Outcome> outcomes = new ArrayList<>();
        try (var writer = graph.write()) {
            StoredModel now = upToDate();
            changes.to(writer);
            for (int number : writer.seal()) {
                var learning = new SnapshotLearning(graph, now, effort, crew);
                SnapshotLearning.Outcome outcome = learning.learn(null, progress);
                now = learning.write(outcome);
                if (now.learned() != number) {
                    throw new IllegalStateException("snapshot " + number + " was learned as " + now.learned());
                }
                outcomes.add(outcome);
            }
            writer.commit();
        }
        return outcomes;
    }

    private StoredModel upToDate() {
        StoredModel found = graph.models()
                .find(model)
                .orElseThrow(() -> new StoreException("%s has no model '%s'; mokha kg learn --store %s makes one"
                        .formatted(graph.file(), model, graph.file())));
        LearningSettings.of(found); // says so when it cannot go on
        int last = graph.snapshots().size() - 1;
        if (found.learned() != last) {
            throw new StoreException("the model '%s' has learned up to snapshot %d of %d; mokha kg learn --store %s "
                            .formatted(model, found.learned(), last, graph.file())
                    + "teaches it the rest first");
        }
        return found;
    }
}
