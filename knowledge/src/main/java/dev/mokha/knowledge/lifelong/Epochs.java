package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.RankMetrics;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// The epochs of one snapshot: passes over a lesson's facts with a validation after each.
///
/// What an epoch draws depends on the seed, the snapshot and the epoch alone, so it may begin from a
/// checkpoint.
final class Epochs {
    private static final String LESSON = "lesson.";
    private static final String OPTIMIZER = "optimizer.";

    private final Assignment assignment;
    private final Training training;
    private final Lesson lesson;
    private final Facts facts;
    private final Vectors at;
    private final Vectors best;
    private final Vectors gradient;
    private final Optimizer optimizer;
    private final Objective objective;
    private final Batch batch;
    private final Patience patience;
    private final double[] judged = {0, 0}; // patience, as a checkpoint keeps it: the best figure, epochs since
    private int next;

    Epochs(Assignment assignment, Lesson lesson) {
        this.assignment = assignment;
        this.training = assignment.training();
        this.lesson = lesson;
        this.facts = lesson.train();
        this.at = lesson.start();
        this.best = at.copy();
        this.gradient = at.zeros();
        this.optimizer = lesson.optimizer(training);
        this.objective = new Objective(
                lesson.loss(new TranslationLoss(lesson.contrast(training), assignment.crew())),
                lesson.penalties(),
                assignment.crew());
        this.batch = new Batch(training.batchSize(), training.negatives());
        this.patience = new Patience(training.stopping());
    }

    /// {@return the vectors of the best epoch}
    Vectors run(Progress progress) {
        while (next < training.epochs() && !patience.over(next)) {
            int epoch = next;
            long start = System.nanoTime();
            double loss = pass(epoch);
            long trained = System.nanoTime();
            RankMetrics valid = Lifelong.rank(
                            lesson.ranker(at, assignment.crew()),
                            lesson.valid(),
                            assignment.snapshot(),
                            assignment.snapshot().entities())
                    .rounded();
            long validated = System.nanoTime();
            if (better(valid)) {
                best.setFirst(at);
                lesson.best();
            }
            next++;
            var report = new Epoch(
                    assignment.snapshot().number(),
                    epoch,
                    loss,
                    valid,
                    patience.best(),
                    (trained - start) / 1e9,
                    (validated - trained) / 1e9);
            progress.epoch(report, this::checkpoint);
        }
        return best;
    }

    private boolean better(RankMetrics valid) {
        return valid.count() == 0 || patience.better(valid.mrr());
    }

    private double pass(int epoch) {
        SplittableRandom random = training.random(assignment.snapshot().number(), epoch);
        lesson.begin(epoch);
        int[] order = order(random);
        double sum = 0;
        for (int from = 0; from < order.length; from += training.batchSize()) {
            int to = Math.min(order.length, from + training.batchSize());
            batch.draw(facts, order, from, to, assignment.below(), random);
            lesson.fill(batch, random);
            sum += objective.of(at, batch, gradient).total();
            var step = new Lesson.Step(at, gradient, batch.size());
            lesson.bend(step, random);
            optimizer.step(at, gradient, assignment.crew());
            lesson.stepped(step);
        }
        return sum;
    }

    private int[] order(SplittableRandom random) {
        int[] order = new int[facts.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        if (lesson.shuffles()) {
            Draws.shuffle(order, random);
        }
        return order;
    }

    private Map<String, double[]> own() {
        var own = new TreeMap<String, double[]>();
        own.put("entities", at.entities().values());
        own.put("relations", at.relations().values());
        own.put("best.entities", best.entities().values());
        own.put("best.relations", best.relations().values());
        own.put("patience", judged);
        return own;
    }

    private Checkpoint checkpoint() {
        judged[0] = patience.best();
        judged[1] = patience.worse();
        var arrays = new TreeMap<>(Checkpoint.copies("", own()));
        arrays.putAll(Checkpoint.copies(OPTIMIZER, optimizer.parts()));
        arrays.putAll(Checkpoint.copies(LESSON, lesson.parts()));
        return new Checkpoint(assignment.snapshot().number(), next, arrays);
    }

    /// Goes on from a checkpoint instead of the beginning.
    void resume(Checkpoint checkpoint) {
        if (checkpoint.snapshot() != assignment.snapshot().number()) {
            throw new IllegalArgumentException("the checkpoint is of snapshot " + checkpoint.snapshot() + ", not "
                    + assignment.snapshot().number() + ": learn that one, or this one from its beginning");
        }
        checkpoint.restore("", own());
        checkpoint.restore(OPTIMIZER, optimizer.parts());
        checkpoint.restore(LESSON, lesson.parts());
        patience.resume(judged[0], (int) judged[1]);
        next = checkpoint.epoch();
    }
}
