package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Lifelong;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.lifelong.Snapshot;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.query.Calibrations;
import dev.mokha.knowledge.store.Delta;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.store.Surroundings;
import dev.mokha.knowledge.store.Surroundings.Which;
import dev.mokha.knowledge.triples.Triples;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One model learns one snapshot of a store: reads what it needs, learns, is examined, and writes what
/// changed.
///
/// What it reads is the snapshot's own facts, the vectors of the entities it works with ([Effort]) and, by
/// index, the known answers to the questions it asks. So the cost is that of the snapshot and of the
/// effort, not of the graph.
public final class SnapshotLearning {
    private final GraphStore graph;
    private final StoredModel model;
    private final LearningSettings settings;
    private final Effort effort;
    private final Crew crew;

    /// @param model which has learned the snapshot before
    public SnapshotLearning(GraphStore graph, StoredModel model, Effort effort, Crew crew) {
        this.graph = graph;
        this.model = model;
        this.settings = LearningSettings.of(model);
        this.effort = effort;
        this.crew = crew;
    }

    /// What came out, not yet written.
    ///
    /// @param learned what it took
    /// @param figures on the tests, before and after
    public record Outcome(LearnedSnapshot learned, List<StoredFigure> figures, Rows rows) {
        /// {@return the same without what is to be written}
        public Taught taught() {
            return new Taught(learned, figures);
        }
    }

    /// What a model works with, and what it knew of that and knows now.
    record Rows(WorkingSet set, State before, State after) {}

    /// Learns the model's next snapshot.
    ///
    /// @param from where an interrupted learning of this snapshot goes on; null at the beginning
    public Outcome learn(@Nullable Checkpoint from, Progress progress) {
        PeakMemory.begin();
        var clock = new Clock();
        int number = model.learned() + 1;
        Delta delta = graph.delta(number);
        Surroundings around = graph.surroundings();
        var random = new SplittableRandom(settings.training().seed() + number);
        var forgetting = Forgetting.of(number, around);
        var tests = TestFacts.upTo(number, effort.tests(), around, random);
        var stored = new StoredState(graph.models(), model);
        List<Triples> needed = new ArrayList<>(List.of(
                delta.train(),
                delta.valid(),
                delta.test(),
                forgetting.ended(),
                forgetting.again(),
                stored.remembered()));
        tests.forEach(test -> needed.add(test.facts()));
        var set = WorkingSet.of(delta, needed, effort.pool(), random);
        State before = stored.read(set, settings.training().dim());
        Snapshot snapshot = snapshot(delta, forgetting, set);
        var lifelong = new Lifelong(settings.chosen(), settings.training(), forgetting.in(before, set), crew);
        lifelong.open(snapshot);
        var examiner = new Examiner(graph, number, set, countsValidation());
        List<StoredFigure> figures = new ArrayList<>();
        clock.stop();
        if (number > 0) {
            figures.addAll(
                    examiner.ask(effort.compare() ? tests : own(tests, number), lifelong.ranker(), Moment.BEFORE));
        }
        clock.start();
        int[] epochs = {from == null ? 0 : from.epoch()};
        lifelong.learn(from, (epoch, checkpoint) -> {
            epochs[0]++;
            progress.epoch(epoch, checkpoint);
        });
        clock.stop();
        figures.addAll(examiner.ask(tests, lifelong.ranker(), Moment.AFTER));
        var learned = new LearnedSnapshot(
                number,
                snapshot.train().size(),
                delta.entities() - delta.entitiesBefore(),
                set.entities().size(),
                epochs[0],
                clock.seconds(),
                PeakMemory.bytes());
        return new Outcome(learned, List.copyOf(figures), new Rows(set, before, lifelong.state()));
    }

    /// Writes what came out, as part of the transaction that is open; {@return the model then}
    ///
    /// @throws StoreException where the model learned something else meanwhile
    public StoredModel write(Outcome outcome) {
        var clock = new Clock();
        var models = graph.models();
        if (models.find(model.name()).filter(model::equals).isEmpty()) {
            throw new StoreException(
                    "the model '%s' was changed by another process meanwhile; nothing was stored, try again"
                            .formatted(model.name()));
        }
        new StoredState(models, model).write(outcome.rows.set, outcome.rows.before, outcome.rows.after);
        int number = outcome.learned.snapshot();
        StoredModel after = models.learned(model, number);
        outcome.figures.forEach(figure -> graph.history().add(model, figure));
        int entities = graph.snapshots().get(number).entities();
        if (entities > 0) {
            Calibrations.fit(graph, after, entities, settings.training().seed());
        }
        clock.stop();
        LearnedSnapshot it = outcome.learned;
        graph.history()
                .add(
                        model,
                        new LearnedSnapshot(
                                number,
                                it.facts(),
                                it.newEntities(),
                                it.entities(),
                                it.epochs(),
                                it.seconds() + clock.seconds(),
                                Math.max(it.bytes(), PeakMemory.bytes())));
        return after;
    }

    private Snapshot snapshot(Delta delta, Forgetting forgetting, WorkingSet set) {
        Triples choosing = settings.select() == Selection.VALID ? delta.valid() : delta.test();
        Facts train = Facts.join(List.of(set.facts(delta.train()), set.facts(forgetting.again())));
        var known = new KnownAnswers(graph.surroundings(), set)
                .to(choosing, new Which(delta.snapshot(), countsValidation()));
        return new Snapshot(
                delta.snapshot(),
                train,
                set.facts(choosing),
                set.facts(delta.test()),
                known,
                set.entities().size(),
                2 * set.relations().size());
    }

    // The program that chooses by test facts sees no validation facts at all.
    private boolean countsValidation() {
        return settings.select() == Selection.VALID;
    }

    private static List<TestFacts> own(List<TestFacts> tests, int number) {
        return tests.stream().filter(test -> test.snapshot() == number).toList();
    }
}
