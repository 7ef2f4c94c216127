package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.learn.GraphUpdate.Changes;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.util.List;
import java.util.concurrent.CancellationException;

/// A model that learned all facts at once goes on with what changed since: it begins with the vectors that
/// are stored, those of new entities and relations drawn as in the beginning, and trains by its recipe for
/// some more epochs on the facts that hold now, or on some of them ([LinkRefresh]). The optimiser begins
/// anew.
///
/// Facts, vectors and figures are stored in one transaction. Checkpoints lie beside the store: whoever was
/// interrupted and gives the same changes again goes on from there to the same vectors.
public final class LinkUpdate {
    private final GraphStore graph;
    private final String name;
    private final LinkRefresh refresh;
    private final Hearing hearing;

    /// @param name of a model that [LinkLearning] made
    public LinkUpdate(GraphStore graph, String name, LinkRefresh refresh, Hearing hearing) {
        this.graph = graph;
        this.name = name;
        this.refresh = refresh;
        this.hearing = hearing;
    }

    /// Who is told, and who ends it.
    public record Hearing(Progress progress, StopSignal stop) {}

    /// {@return whether a model is one that learns all facts at once}
    public static boolean concerns(StoredModel model) {
        return StoredLink.is(model);
    }

    /// {@return the seed of a model's recipe}
    public static long seed(GraphStore graph, StoredModel model) {
        return new StoredLink(graph.models(), model).recipe().seed();
    }

    /// Stores and learns what changed.
    ///
    /// @return what came of each snapshot, in order
    /// @throws StoreException where the model is not there, or has snapshots left to learn, or diverged
    /// @throws CancellationException when it was stopped: the store is as it was
    public List<Taught> run(Changes changes) {
        List<Taught> all = new UpdateTransaction(graph, name).run(changes, this::teach);
        LinkCheckpoints.delete(graph.file(), graph.models().find(name).orElseThrow());
        return all;
    }

    /// Learns the next snapshot that is stored already, if there is one left; stores what was learned.
    ///
    /// @throws CancellationException when it was stopped: the model is as it was
    public Taught next() {
        Taught[] taught = new Taught[1];
        graph.atomically(() -> taught[0] = teach(graph.models().find(name).orElseThrow()));
        LinkCheckpoints.delete(graph.file(), graph.models().find(name).orElseThrow());
        return taught[0];
    }

    private Taught teach(StoredModel pupil) {
        return new LinkLesson(graph, pupil, refresh).learn(hearing);
    }
}
