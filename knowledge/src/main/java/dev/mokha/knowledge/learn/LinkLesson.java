package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.learn.LinkUpdate.Hearing;
import dev.mokha.knowledge.link.Embeddings;
import dev.mokha.knowledge.link.LinkData;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.LinkTraining;
import dev.mokha.knowledge.query.Calibrations;
import dev.mokha.knowledge.store.Delta;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.LearnedSnapshot;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/// A model that learned all facts at once learns one snapshot more, in the transaction that is open.
final class LinkLesson {
    private static final int CHOOSING = 1000; // facts to choose by, beside those of the snapshot

    private final GraphStore graph;
    private final StoredModel pupil;
    private final LinkRefresh refresh;
    private final StoredLink stored;
    private final LinkRecipe usual;
    private final Delta delta;
    private final SplittableRandom random;
    private final Clock clock = new Clock();
    private double earlier; // seconds before an interruption

    /// @param pupil which has learned the snapshot before
    LinkLesson(GraphStore graph, StoredModel pupil, LinkRefresh refresh) {
        PeakMemory.begin();
        this.graph = graph;
        this.pupil = pupil;
        this.refresh = refresh;
        this.stored = new StoredLink(graph.models(), pupil);
        this.usual = stored.recipe();
        this.delta = graph.delta(pupil.learned() + 1);
        this.random = new SplittableRandom(usual.seed() + delta.snapshot());
    }

    /// Learns and writes; {@return what came of it}
    ///
    /// @throws CancellationException when it was stopped, with a checkpoint
    Taught learn(Hearing hearing) {
        List<TestFacts> tests = TestFacts.upTo(delta.snapshot(), refresh.tests(), graph.surroundings(), random);
        var examiner = new LinkExaminer(graph, delta);
        try (LinkModel model = stored.read(delta.entities(), 2 * delta.relations())) {
            clock.stop();
            List<StoredFigure> figures = new ArrayList<>(examiner.ask(tests, model, Moment.BEFORE));
            clock.start();
            Embeddings before = model.embeddings();
            LinkData data = data();
            Facts learned = learned(data);
            int epochs = learned.size() == 0
                    ? 0
                    : train(new LinkTraining.Start(model, learned, choosing(data)), data, hearing);
            stored.write(model, before);
            clock.stop();
            figures.addAll(examiner.ask(tests, model, Moment.AFTER));
            clock.start();
            StoredModel after = graph.models().learned(pupil, delta.snapshot());
            Calibrations.fit(graph, after, delta.entities(), usual.seed());
            clock.stop();
            var took = new LearnedSnapshot(
                    delta.snapshot(),
                    learned.size(),
                    delta.entities() - delta.entitiesBefore(),
                    delta.entities(),
                    epochs,
                    clock.seconds() + earlier,
                    PeakMemory.bytes());
            figures.forEach(figure -> graph.history().add(after, figure));
            graph.history().add(after, took);
            return new Taught(took, figures);
        }
    }

    private LinkData data() {
        Map<Split, Facts> splits = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            splits.put(split, Facts.of(graph.facts(delta.snapshot(), split)));
        }
        return new LinkData(splits, delta.entities(), 2 * delta.relations());
    }

    /// {@return what is learned: nothing where nothing changed of what models learn}
    private Facts learned(LinkData data) {
        Facts all = data.of(Split.TRAIN);
        Facts ended = Facts.of(graph.surroundings().ended(Split.TRAIN, delta.snapshot()));
        if (delta.train().isEmpty() && ended.size() == 0) {
            return Facts.NONE;
        }
        var change = new Nearby.Change(delta.train().size(), ended);
        return refresh.whole() ? all : Nearby.of(all, change, refresh.rehearsal(), random);
    }

    /// Facts to choose by: the snapshot's, and others.
    private Facts choosing(LinkData data) {
        Facts all = data.of(Split.VALID);
        int own = delta.valid().size();
        int others = all.size() - own;
        double share = Math.min(1, CHOOSING / (double) Math.max(1, others));
        return Nearby.part(all, i -> i >= others || random.nextDouble() < share);
    }

    private int train(LinkTraining.Start start, LinkData data, Hearing hearing) {
        LinkRecipe recipe = refresh.of(usual, delta.snapshot());
        List<String> hashes = graph.snapshots().stream()
                .limit(delta.snapshot() + 1L)
                .map(Snapshot::hash)
                .toList();
        var mark = new LinkCheckpoints.Mark(
                hashes, recipe.json() + refresh, start.model().embeddings());
        Path folder = LinkCheckpoints.folder(graph.file(), pupil, mark);
        long began = System.nanoTime();
        LinkTraining.Trained trained =
                new LinkTraining(folder, hearing.progress(), hearing.stop()).goOn(recipe, data, start);
        earlier = Math.max(0, trained.result().seconds() - (System.nanoTime() - began) / 1e9);
        Outcome outcome = trained.result().outcome();
        if (outcome == Outcome.STOPPED) {
            throw new CancellationException("stopped, with a checkpoint");
        }
        if (outcome == Outcome.DIVERGED) {
            throw new StoreException(
                    "the model '%s' diverged while it learned snapshot %d; nothing was stored, try a lower --pace"
                            .formatted(pupil.name(), delta.snapshot()));
        }
        return trained.epochs();
    }
}
