package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.ScorerRanker;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.Delta;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.Surroundings.Which;
import java.util.ArrayList;
import java.util.List;

/// Asks test facts of a model that learns all facts at once: among the entities of each fact's own snapshot
/// and among all there are. Equal scores share their ranks.
final class LinkExaminer {
    private final int number;
    private final WorkingSet set;
    private final KnownAnswers known;
    private final List<Snapshot> snapshots;

    /// @param delta the snapshot that is learned
    LinkExaminer(GraphStore graph, Delta delta) {
        this.number = delta.snapshot();
        this.set = WorkingSet.whole(delta.entities(), delta.relations());
        this.known = new KnownAnswers(graph.surroundings(), set);
        this.snapshots = graph.snapshots();
    }

    /// {@return the figures on some tests}
    List<StoredFigure> ask(List<TestFacts> tests, LinkModel model, Moment moment) {
        var figures = new ArrayList<StoredFigure>();
        for (TestFacts test : tests) {
            RankMetrics then = ranks(test, model, test.snapshot());
            figures.add(figure(test, then, moment, Among.SNAPSHOT));
            RankMetrics now = test.snapshot() == number ? then : ranks(test, model, number);
            figures.add(figure(test, now, moment, Among.NOW));
        }
        return figures;
    }

    private RankMetrics ranks(TestFacts test, LinkModel model, int until) {
        Answers answers = known.to(test.facts(), new Which(until, true));
        return new ScorerRanker(model)
                .rank(
                        set.facts(test.facts()).withInverses(),
                        answers,
                        snapshots.get(until).entities())
                .metrics(Ties.AVERAGE);
    }

    private StoredFigure figure(TestFacts test, RankMetrics ranks, Moment moment, Among among) {
        int until = among == Among.SNAPSHOT ? test.snapshot() : number;
        return new StoredFigure(
                number,
                test.snapshot(),
                moment,
                among,
                ranks.count(),
                snapshots.get(until).entities(),
                ranks.mr(),
                ranks.mrr(),
                ranks.hits1(),
                ranks.hits3(),
                ranks.hits5(),
                ranks.hits10());
    }
}
