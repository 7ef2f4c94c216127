package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ranker;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.Surroundings.Which;
import java.util.ArrayList;
import java.util.List;

/// Asks test facts of a model that learns: among the entities of each fact's own snapshot and among all
/// there are by now where it works with the whole graph, else among those that it works with. Equal scores
/// share their ranks.
final class Examiner {
    private final int number;
    private final WorkingSet set;
    private final boolean validation;
    private final KnownAnswers known;
    private final List<Snapshot> snapshots;

    /// @param number the snapshot that is learned
    /// @param validation whether facts that a model is chosen by count as known
    Examiner(GraphStore graph, int number, WorkingSet set, boolean validation) {
        this.number = number;
        this.set = set;
        this.validation = validation;
        this.known = new KnownAnswers(graph.surroundings(), set);
        this.snapshots = graph.snapshots();
    }

    /// {@return the figures on some tests}
    List<StoredFigure> ask(List<TestFacts> tests, Ranker ranker, Moment moment) {
        var figures = new ArrayList<StoredFigure>();
        for (TestFacts test : tests) {
            if (set.isWhole()) {
                int then = snapshots.get(test.snapshot()).entities();
                figures.add(figure(test, ranker, moment, Among.SNAPSHOT, test.snapshot(), then));
                if (test.snapshot() < number) {
                    figures.add(figure(
                            test,
                            ranker,
                            moment,
                            Among.NOW,
                            number,
                            set.entities().size()));
                } else {
                    figures.add(as(figures.getLast(), Among.NOW));
                }
            } else {
                figures.add(figure(
                        test, ranker, moment, Among.POOL, number, set.entities().size()));
            }
        }
        return figures;
    }

    private StoredFigure figure(TestFacts test, Ranker ranker, Moment moment, Among among, int until, int candidates) {
        Answers answers = known.to(test.facts(), new Which(until, validation));
        RankMetrics ranks = ranker.rank(set.facts(test.facts()).withInverses(), answers, candidates)
                .metrics(Ties.AVERAGE);
        return new StoredFigure(
                number,
                test.snapshot(),
                moment,
                among,
                ranks.count(),
                candidates,
                ranks.mr(),
                ranks.mrr(),
                ranks.hits1(),
                ranks.hits3(),
                ranks.hits5(),
                ranks.hits10());
    }

    private static StoredFigure as(StoredFigure one, Among among) {
        return new StoredFigure(
                one.learned(),
                one.test(),
                one.moment(),
                among,
                one.count(),
                one.candidates(),
                one.mr(),
                one.mrr(),
                one.hits1(),
                one.hits3(),
                one.hits5(),
                one.hits10());
    }
}
