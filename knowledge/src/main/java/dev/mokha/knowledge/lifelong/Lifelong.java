package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.AskedRanker;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ranker;
import dev.mokha.knowledge.rank.Ties;
import org.jspecify.annotations.Nullable;

/// A model of a graph that grows, which learns it snapshot by snapshot with some [Method].
///
/// [#open] makes room for what a snapshot brings, [#learn] trains on it, and between and after them [#test]
/// says how well the model does. [#state] is what it carries from snapshot to snapshot: kept and given to a
/// new model of the same method and training, it goes on as the old one would have.
public final class Lifelong {
    private final Method method;
    private final Training training;
    private final Crew crew;
    private State state;
    private Vectors vectors;
    private @Nullable Snapshot opened;

    /// A model that knows nothing.
    public Lifelong(Method method, Training training, Crew crew) {
        this(method, training, State.none(training.dim()), crew);
    }

    /// A model that goes on from a state.
    ///
    /// @throws IllegalArgumentException where the state's vectors have other dimensions
    public Lifelong(Method method, Training training, State state, Crew crew) {
        int dim = state.vectors().entities().dim();
        if (dim != training.dim()) {
            throw new IllegalArgumentException(
                    "the state has vectors of %d numbers, not %d: train with dim %d, or begin anew"
                            .formatted(dim, training.dim(), dim));
        }
        this.method = method;
        this.training = training;
        this.crew = crew;
        this.state = state;
        this.vectors = state.vectors();
    }

    /// Makes room for a snapshot's new entities and relations.
    public void open(Snapshot snapshot) {
        Vectors random = Vectors.xavier(
                snapshot.entities(), snapshot.relations(), training.dim(), Assignment.opening(training, snapshot));
        vectors = method.open(state, snapshot, random, training.mode(), crew);
        opened = snapshot;
    }

    /// Learns the snapshot that was opened last, and keeps the vectors of the epoch that validated best.
    /// Where it has no validation facts, all epochs are run and the last counts.
    public void learn(Progress progress) {
        learn(null, progress);
    }

    /// Goes on with learning the snapshot that was opened last, from a checkpoint.
    ///
    /// @throws IllegalArgumentException where the checkpoint is of another snapshot, other settings or
    ///     another graph
    public void learn(@Nullable Checkpoint checkpoint, Progress progress) {
        Snapshot snapshot = opened;
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot is open: open one, then learn it");
        }
        var assignment = new Assignment(state, vectors.copy(), snapshot, training, crew);
        Lesson lesson = method.begin(assignment);
        Vectors best = vectors;
        if (lesson.train().size() > 0) {
            var epochs = new Epochs(assignment, lesson);
            if (checkpoint != null) {
                epochs.resume(checkpoint);
            }
            best = epochs.run(progress);
        }
        state = lesson.end(best);
        vectors = state.vectors();
        opened = null;
    }

    /// {@return figures on a snapshot's test facts, among the entities of that snapshot}: the protocol that
    /// LKGE and its followers publish, rounded as they round.
    public RankMetrics test(Snapshot test) {
        return rank(ranker(), test.test(), test, test.entities()).rounded();
    }

    /// {@return figures on a snapshot's test facts, among all entities that there are by now}
    ///
    /// @param now the last snapshot
    public RankMetrics testAmongAll(Snapshot test, Snapshot now) {
        return rank(ranker(), test.test(), now, now.entities());
    }

    static RankMetrics rank(Ranker ranker, Facts facts, Snapshot known, int candidates) {
        return ranker.rank(facts.withInverses(), known.known(), candidates).metrics(Ties.SORTED);
    }

    /// {@return what ranks answers by what is known, what the open snapshot brings included}
    public Ranker ranker() {
        Snapshot snapshot = opened;
        State known =
                snapshot == null ? state : method.opened(new Assignment(state, vectors, snapshot, training, crew));
        Table relations = known.vectors().relations();
        return method.asked(() -> known, training.mode(), crew)
                .<Ranker>map(entities -> new AskedRanker(entities, relations, crew))
                .orElseGet(() -> new DistanceRanker(known.vectors().entities(), relations, crew));
    }

    /// {@return what is carried from snapshot to snapshot, as the last one learned left it}
    public State state() {
        return state;
    }

    /// {@return the vectors that questions are answered with, or of which these are made ([Method#asked]):
    /// those of the state, and rows for what the open snapshot brings}
    public Vectors vectors() {
        return vectors;
    }
}
