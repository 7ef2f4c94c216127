package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.store.StoreException;
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
        return new UpdateTransaction(graph, model).run(changes, pupil -> {
            var learning = new SnapshotLearning(graph, pupil, effort, crew);
            SnapshotLearning.Outcome outcome = learning.learn(null, progress);
            learning.write(outcome);
            return outcome;
        });
    }
}
