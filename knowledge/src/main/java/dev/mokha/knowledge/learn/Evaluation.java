package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.query.PlainScorer;
import dev.mokha.knowledge.query.StoredVectors;
import dev.mokha.knowledge.query.TranslationScorer;
import dev.mokha.knowledge.rank.AskedRanker;
import dev.mokha.knowledge.rank.BlockRanker;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.Ranker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.ModelStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.store.Surroundings.Which;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import java.util.List;

/// Ranks test facts by what a stored model knows now. Numbers of entities are the graph's; relation `n` of
/// the graph is asked as `2n`, and in the other direction as `2n + 1`.
public final class Evaluation {
    private static final int TOGETHER = 64; // questions whose scores are in memory at a time

    private final GraphStore graph;
    private final StoredModel model;
    private final WorkingSet set;
    private final Ranker ranker;
    private final List<Snapshot> snapshots;

    /// Reads a model's vectors.
    ///
    /// @throws StoreException when it has learned nothing
    public Evaluation(GraphStore graph, StoredModel model, Crew crew) {
        this.graph = graph;
        this.model = model;
        this.snapshots = graph.snapshots();
        var vectors = new StoredVectors(graph.models(), model);
        Table entities = table(StoredVectors.ENTITIES);
        Table relations = table(StoredVectors.RELATIONS);
        this.set = WorkingSet.whole(entities.rows(), relations.rows() / 2);
        this.ranker = vectors.asked(crew)
                .<Ranker>map(asked -> new AskedRanker(asked, relations, crew))
                .orElseGet(() -> ofRows(vectors.plainScorer(), entities, relations, crew));
    }

    private static Ranker ofRows(PlainScorer scorer, Table entities, Table relations, Crew crew) {
        return scorer.equals(TranslationScorer.LKGE)
                ? new DistanceRanker(entities, relations, crew)
                : new BlockRanker(new PlainBlocks(scorer, entities, relations, crew), TOGETHER);
    }

    private Table table(String name) {
        ModelStore models = graph.models();
        Part part = models.part(model, name).orElseThrow();
        var table = new Table(models.rows(part), part.width());
        models.readAll(
                part,
                (row, numbers) -> System.arraycopy(numbers, 0, table.values(), row * table.stride(), numbers.length));
        return table;
    }

    /// Ranks of a test.
    ///
    /// @param among which entities the answers stood among
    /// @param candidates how many these were
    /// @param ranking of all facts, then of all facts in the other direction
    public record Tested(Among among, int candidates, Ranking ranking) {}

    /// {@return the ranks of a snapshot's test facts that hold now}
    ///
    /// @param among those of the snapshot, with answers known by then, or those of now
    public Tested snapshot(int number, Among among) {
        Triples facts = graph.surroundings().came(Split.TEST, number, model.learned());
        return among == Among.SNAPSHOT
                ? tested(facts, among, number, snapshots.get(number).entities())
                : tested(facts, among, model.learned(), set.entities().size());
    }

    /// {@return the ranks of other facts, among all entities of now}
    ///
    /// @param facts whose entities and relations the model knows, see [#knows]
    public Tested facts(Triples facts) {
        return tested(facts, Among.NOW, Which.NOW, set.entities().size());
    }

    /// {@return whether the model can be asked about a fact}
    public boolean knows(int head, int relation, int tail) {
        return set.entities().find(head) >= 0
                && set.relations().find(relation) >= 0
                && set.entities().find(tail) >= 0;
    }

    private Tested tested(Triples facts, Among among, int until, int candidates) {
        var answers = new KnownAnswers(graph.surroundings(), set).to(facts, new Which(until, true));
        return new Tested(among, candidates, ranker.rank(set.facts(facts).withInverses(), answers, candidates));
    }
}
