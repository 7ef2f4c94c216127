package dev.mokha.bench;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.lifelong.Anchor;
import dev.mokha.knowledge.lifelong.Autoencoder;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Past;
import dev.mokha.knowledge.lifelong.Snapshot;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.lifelong.Vectors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Where the time of a step of LKGE goes: milliseconds of each part, the median of many steps.
///
///     java … dev.mokha.bench.LkgeStepBench FILE SNAPSHOT THREADS STEPS
final class LkgeStepBench {
    private static final int POSITIVES = 2048;

    private LkgeStepBench() {}

    public static void main(String[] args) throws IOException {
        List<Snapshot> all = LkgeBench.read(Path.of(args[0]), Selection.TEST);
        int number = Integer.parseInt(args[1]);
        int steps = Integer.parseInt(args[3]);
        Snapshot s = all.get(number);
        var random = new SplittableRandom(11);
        Vectors at = Vectors.xavier(s.entities(), s.relations(), 200, random);
        var edges = Incidence.of(s.train(), s.entities(), s.relations());
        State state = State.none(200);
        if (number > 0) {
            Snapshot before = all.get(number - 1);
            Vectors known = Vectors.xavier(before.entities(), before.relations(), 200, random);
            state = Past.of(state)
                    .after(state, known, Incidence.of(before.train(), before.entities(), before.relations()));
        }
        try (var crew = new Crew(Integer.parseInt(args[2]))) {
            var fresh = new TranslationLoss(8, crew);
            var autoencoder = new Autoencoder(edges);
            var anchor = new Anchor(Past.of(state), edges, Mode.CODE);
            var ofEntities = new Adam(s.entities(), 200, 1e-4);
            var ofRelations = new Adam(s.relations(), 200, 1e-4);
            Vectors gradient = at.zeros();
            Facts facts = s.train().withInverses();
            int[] order = IntStream.range(0, facts.size()).toArray();
            var batch = new Batch(POSITIVES, 10);
            String[] names = {"draw", "clear", "loss", "loss add", "autoencoder", "anchor", "adam"};
            double[][] millis = new double[names.length][steps];
            double check = 0;
            for (int step = 0; step < steps; step++) {
                for (int i = order.length - 1; i > 0; i--) {
                    int j = random.nextInt(i + 1);
                    int other = order[j];
                    order[j] = order[i];
                    order[i] = other;
                }
                double[] times = new double[names.length + 1];
                int n = 0;
                times[n++] = now(crew);
                batch.draw(facts, order, 0, POSITIVES, s.entities() - 1, random);
                times[n++] = now(crew);
                gradient.clear(crew);
                times[n++] = now(crew);
                check += fresh.of(at.entities(), at.relations(), batch);
                times[n++] = now(crew);
                fresh.addTo(gradient.entities(), gradient.relations());
                times[n++] = now(crew);
                check += autoencoder.addGradient(at, 0.1, gradient, crew);
                times[n++] = now(crew);
                check += anchor.addGradient(at, 0.01, gradient, crew);
                times[n++] = now(crew);
                ofEntities.step(at.entities(), gradient.entities(), crew);
                ofRelations.step(at.relations(), gradient.relations(), crew);
                times[n++] = now(crew);
                for (int i = 0; i < names.length; i++) {
                    millis[i][step] = (times[i + 1] - times[i]) / 1e6;
                }
            }
            double sum = 0;
            for (int i = 0; i < names.length; i++) {
                Arrays.sort(millis[i]);
                System.out.printf("%-12s %8.2f (%.2f)%n", names[i], millis[i][steps / 2], millis[i][steps / 10]);
                sum += millis[i][steps / 2];
            }
            System.out.printf("%-12s %8.2f  check %.15g%n", "together", sum, check);
        }
    }

    private static double now(Crew crew) {
        return crew.threads() == 1 ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    }
}
