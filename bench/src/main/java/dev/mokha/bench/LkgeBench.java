package dev.mokha.bench;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.GrowingGraph;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.History;
import dev.mokha.knowledge.lifelong.Lifelong;
import dev.mokha.knowledge.lifelong.Method;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Official;
import dev.mokha.knowledge.lifelong.Snapshot;
import dev.mokha.knowledge.lifelong.Training;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.triples.Triples;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// A lifelong method on one of LKGE's data sets: each epoch's loss, validation and seconds, and after each
/// snapshot the figures on all tests so far.
///
/// `LkgeBench FILE METHOD SEED EPOCHS SELECTION THREADS [MODE]`: FILE is `ENTITY.tsv.gz`, with a header and
/// then `snapshot split head relation tail` by tabs, whose name chooses the weights; METHOD is one of
/// [Official#names]; SELECTION `valid` or `test`; MODE `CODE`, which is also meant by none, or `PAPER`.
final class LkgeBench {
    private LkgeBench() {}

    public static void main(String[] args) throws IOException {
        var file = Path.of(args[0]);
        String set = file.getFileName().toString().split("\\.", -1)[0];
        Method method = Official.method(args[1], set);
        Training training = method.training(Long.parseLong(args[2]))
                .withEpochs(Integer.parseInt(args[3]))
                .withMode(args.length > 6 ? Mode.valueOf(args[6]) : Mode.CODE);
        List<Snapshot> snapshots = read(file, args[4].equals("test") ? Selection.TEST : Selection.VALID);
        System.out.println(method + " " + training);
        var history = new History();
        try (var crew = new Crew(Integer.parseInt(args[5]))) {
            var model = new Lifelong(method, training, crew);
            for (Snapshot snapshot : snapshots) {
                run(model, snapshot, snapshots, history);
            }
        }
        System.out.printf(
                "forward transfer %.4f, backward transfer %.4f%n",
                history.forwardTransfer(), history.backwardTransfer());
    }

    private static void run(Lifelong model, Snapshot snapshot, List<Snapshot> snapshots, History history) {
        model.open(snapshot);
        if (snapshot.number() > 0) {
            history.before(model.test(snapshot));
        }
        long start = System.nanoTime();
        model.learn((epoch, _) -> System.out.printf(
                "snapshot %d epoch %d loss %.4f MRR %.4f best %.4f train %.2f s valid %.2f s%n",
                epoch.snapshot(),
                epoch.epoch(),
                epoch.loss(),
                epoch.valid().mrr(),
                epoch.best(),
                epoch.trainSeconds(),
                epoch.validSeconds()));
        double seconds = (System.nanoTime() - start) / 1e9;
        List<RankMetrics> tests = new ArrayList<>();
        List<RankMetrics> among = new ArrayList<>();
        for (Snapshot test : snapshots.subList(0, snapshot.number() + 1)) {
            tests.add(model.test(test));
            among.add(model.testAmongAll(test, snapshot));
        }
        history.after(tests);
        for (int i = 0; i < tests.size(); i++) {
            System.out.printf("  test %d: %s%n", i, line(tests.get(i)));
        }
        System.out.printf(
                "snapshot %d: %.1f s; whole %s; among all entities %s%n",
                snapshot.number(), seconds, line(history.whole(snapshot.number())), line(RankMetrics.whole(among)));
    }

    private static String line(RankMetrics figures) {
        return "MRR %.4f hits@1 %.4f @3 %.4f @10 %.4f"
                .formatted(figures.mrr(), figures.hits1(), figures.hits3(), figures.hits10());
    }

    static List<Snapshot> read(Path file, Selection selection) throws IOException {
        Map<Integer, Map<String, Triples.Builder>> parts = new TreeMap<>();
        try (var in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            in.readLine(); // the header
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] fields = line.split("\t", -1);
                parts.computeIfAbsent(Integer.parseInt(fields[0]), _ -> new TreeMap<>())
                        .computeIfAbsent(fields[1], _ -> new Triples.Builder())
                        .add(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), Integer.parseInt(fields[4]));
            }
        }
        var graph = new GrowingGraph(selection);
        for (Map<String, Triples.Builder> part : parts.values()) {
            graph.add(triples(part, "train"), triples(part, "valid"), triples(part, "test"));
        }
        return graph.snapshots();
    }

    private static Triples triples(Map<String, Triples.Builder> part, String split) {
        Triples.Builder builder = part.get(split);
        if (builder == null) {
            throw new IllegalArgumentException("a snapshot has no " + split + " facts");
        }
        return builder.build();
    }
}
