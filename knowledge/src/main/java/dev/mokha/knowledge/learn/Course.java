package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.Epoch;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// A model learns all snapshots of a store that it has not learned yet, one after another; each is stored
/// when it is learned. Inside a snapshot there is a checkpoint beside the store, so that whoever is killed
/// goes on to the same result.
public final class Course {
    private final GraphStore graph;
    private final Crew crew;
    private final Duration every;

    /// @param every so often a checkpoint is written
    public Course(GraphStore graph, Crew crew, Duration every) {
        this.graph = graph;
        this.crew = crew;
        this.every = every;
    }

    /// Hears how it goes, and may end it.
    public interface Listener extends Progress {
        /// A snapshot is about to be learned.
        ///
        /// @param resumed the epoch that comes next, above 0 where it goes on from a checkpoint
        void begins(Snapshot snapshot, int resumed);

        /// A snapshot was learned and stored.
        void learned(SnapshotLearning.Outcome outcome);
    }

    /// Learns what is new; {@return the model then}
    ///
    /// @param stop asked after each epoch: when it says so, a checkpoint is written and the rest is left
    public StoredModel learn(StoredModel model, BooleanSupplier stop, Listener listener) {
        List<Snapshot> snapshots = graph.snapshots();
        StoredModel now = model;
        while (now.learned() + 1 < snapshots.size()) {
            Snapshot snapshot = snapshots.get(now.learned() + 1);
            var file = new CheckpointFile(checkpoint(model), model.settings() + snapshot.hash());
            Checkpoint from = file.read(snapshot.number()).orElse(null);
            listener.begins(snapshot, from == null ? 0 : from.epoch());
            var keeper = new Keeper(file, stop, listener);
            var learning = new SnapshotLearning(graph, now, Effort.WHOLE, crew);
            SnapshotLearning.Outcome outcome;
            try {
                outcome = learning.learn(from, keeper);
            } catch (Stopped _) {
                return now;
            }
            StoredModel[] after = new StoredModel[1];
            graph.atomically(() -> after[0] = learning.write(outcome));
            now = after[0];
            file.delete();
            listener.learned(outcome);
        }
        return now;
    }

    /// {@return the file of a model's checkpoint, beside the store}
    public Path checkpoint(StoredModel model) {
        String name = graph.file().getFileName() + "." + model.id() + ".checkpoint";
        return graph.file().resolveSibling(name);
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    private final class Keeper implements Progress {
        private final CheckpointFile file;
        private final BooleanSupplier stop;
        private final Progress next;
        private long written = System.nanoTime();

        Keeper(CheckpointFile file, BooleanSupplier stop, Progress next) {
            this.file = file;
            this.stop = stop;
            this.next = next;
        }

        @Override
        public void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint) {
            next.epoch(epoch, checkpoint);
            boolean over = stop.getAsBoolean();
            if (over || System.nanoTime() - written >= every.toNanos()) {
                file.write(checkpoint.get());
                written = System.nanoTime();
            }
            if (over) {
                throw new Stopped();
            }
        }
    }
}
