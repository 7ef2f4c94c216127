package dev.mokha.bench;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.learn.Course;
import dev.mokha.knowledge.learn.Effort;
import dev.mokha.knowledge.learn.GraphUpdate;
import dev.mokha.knowledge.learn.LearningSettings;
import dev.mokha.knowledge.learn.SnapshotLearning;
import dev.mokha.knowledge.lifelong.Checkpoint;
import dev.mokha.knowledge.lifelong.Epoch;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.lifelong.Stopping;
import dev.mokha.knowledge.lifelong.Training;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Snapshot;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.language.report.Plot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// How the time of `mokha kg update` grows: with the delta, the graph fixed, and with the graph, the delta
/// fixed. Synthetic graphs, five facts for each entity, whose entities are the more popular the older they
/// are; a delta brings a new entity for every ten facts. Medians of three updates, with storing, tests
/// before and after, and writing; tables to read, and plots into a folder.
///
///     java … dev.mokha.bench.UpdateGrowthBench METHOD FOLDER
final class UpdateGrowthBench {
    private static final int[] GRAPHS = {5_000, 10_000, 20_000, 40_000, 80_000};
    private static final int[] DELTAS = {250, 500, 1_000, 2_000, 4_000, 8_000};
    private static final int GRAPH = 20_000;
    private static final int DELTA = 1_000;
    private static final int REPEATS = 3;
    private static final int FACTS_PER_ENTITY = 5;
    private static final int RELATIONS = 200;
    private static final int EPOCHS = 3;
    private static final int HELD_OUT = 1_000;

    private final String method;
    private final Path folder;
    private final SplittableRandom random = new SplittableRandom(1);

    private UpdateGrowthBench(String method, Path folder) {
        this.method = method;
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        var bench = new UpdateGrowthBench(args[0], Path.of(args[1]));
        try (var crew = new Crew(1)) {
            bench.once(GRAPHS[0], new int[] {DELTA}, crew); // warm-up
            System.out.println("| entities in the graph | seconds, 1,000 facts |");
            System.out.println("|---|---|");
            List<Double> byGraph = new ArrayList<>();
            for (int entities : GRAPHS) {
                double seconds = bench.once(entities, new int[] {DELTA}, crew)[0];
                byGraph.add(seconds);
                System.out.printf(Locale.ROOT, "| %,d | %.2f |%n", entities, seconds);
            }
            bench.plot("graph", "entities in the graph", GRAPHS, byGraph);
            System.out.println();
            System.out.println("| facts in the delta | seconds, 20,000 entities |");
            System.out.println("|---|---|");
            double[] seconds = bench.once(GRAPH, DELTAS, crew);
            for (int i = 0; i < DELTAS.length; i++) {
                System.out.printf(Locale.ROOT, "| %,d | %.2f |%n", DELTAS[i], seconds[i]);
            }
            bench.plot(
                    "delta",
                    "facts in the delta",
                    DELTAS,
                    Arrays.stream(seconds).boxed().toList());
        }
    }

    private void plot(String name, String x, int[] at, List<Double> seconds) throws IOException {
        List<Double> sizes = Arrays.stream(at).asDoubleStream().boxed().toList();
        String svg = Plot.lines(x, "seconds of an update", Map.of("update", new Plot.Line(sizes, seconds)));
        Files.writeString(
                folder.resolve("growth-update-" + name + ".svg"), svg.replaceAll("(\\d\\.\\d)\\d+", "$1") + "\n");
    }

    /// {@return the median seconds of updates by deltas of these sizes}
    private double[] once(int entities, int[] deltas, Crew crew) throws IOException {
        Path file = Files.createTempFile("growth", ".db");
        Files.delete(file);
        double[] medians = new double[deltas.length];
        try (var graph = GraphStore.create(file)) {
            try (var writer = graph.write()) {
                writer.source(Path.of("synthetic"));
                writer.begin("base");
                add(writer, entities, FACTS_PER_ENTITY * entities, 0);
                writer.commit();
            }
            var training = new Training(Mode.CODE, 64, 8, 10, 2048, 1e-3, EPOCHS, new Stopping(1000, 5, 0), 1);
            String settings = LearningSettings.of(method, "ENTITY", Selection.VALID, training)
                    .json();
            new Course(graph, crew, Duration.ofHours(1))
                    .learn(graph.models().create("m", method, settings), () -> false, new Silent());
            int known = entities;
            for (int i = 0; i < deltas.length; i++) {
                double[] seconds = new double[REPEATS];
                for (int repeat = 0; repeat < REPEATS; repeat++) {
                    int before = known;
                    int facts = deltas[i];
                    int number = i * REPEATS + repeat;
                    long start = System.nanoTime();
                    new GraphUpdate(graph, "m", Effort.UPDATE, crew)
                            .run(
                                    writer -> {
                                        writer.begin("delta " + number);
                                        add(writer, before, facts, facts / 10);
                                    },
                                    Progress.SILENT);
                    seconds[repeat] = (System.nanoTime() - start) / 1e9;
                    known += facts / 10;
                }
                Arrays.sort(seconds);
                medians[i] = seconds[REPEATS / 2];
            }
        } finally {
            for (String ending : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(Path.of(file + ending));
            }
        }
        return medians;
    }

    /// Adds facts among known entities and new ones: of the first thousands an eighth validates, an eighth tests.
    private void add(SnapshotWriter writer, int known, int facts, int fresh) {
        for (int i = 0; i < facts; i++) {
            int head = fresh > 0 && i < 2 * fresh ? known + i / 2 : popular(known);
            int relation = random.nextInt(RELATIONS);
            var fact = new Fact("e" + head, "r" + relation, "e" + popular(known));
            boolean held = i < 8 * HELD_OUT && i % 4 == 3;
            Split split = !held ? Split.TRAIN : i % 8 == 3 ? Split.VALID : Split.TEST;
            writer.fact(fact, i + 1, "", split);
        }
    }

    /// Small numbers are drawn more often: the density falls as the root of the number.
    private int popular(int entities) {
        double u = random.nextDouble();
        return (int) (u * u * entities);
    }

    private static final class Silent implements Course.Listener {
        @Override
        public void begins(Snapshot snapshot, int resumed) {}

        @Override
        public void learned(SnapshotLearning.Outcome outcome) {}

        @Override
        public void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint) {}
    }
}
