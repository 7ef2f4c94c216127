package dev.mokha.bench;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Lifelong;
import dev.mokha.knowledge.lifelong.Lkge;
import dev.mokha.knowledge.lifelong.Past;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.lifelong.Snapshot;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.lifelong.Training;
import dev.mokha.knowledge.lifelong.Vectors;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// LKGE beside its authors' program on one machine: the ranks of one test, each compared, and one update of
/// one snapshot, both in turns, whole processes and the update alone.
///
///     java … dev.mokha.bench.LkgePeerBench ranks  ENTITY.tsv.gz DATA EPOCHS PYTHON bench/peers/lkge.py
///     java … dev.mokha.bench.LkgePeerBench update ENTITY.tsv.gz DATA EPOCHS ROUNDS PYTHON bench/peers/lkge.py
///
/// DATA and the environment of the peer are what `bench/peers/lkge.py` asks for. `ranks` trains the first
/// snapshot for EPOCHS and compares the ranks of its test; `update` trains the second for EPOCHS from the
/// same first tables.
final class LkgePeerBench {
    private static final int THREADS = 2;
    private static final int FIRST_EPOCHS = 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LkgePeerBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path file = Path.of(args[1]);
        switch (args[0]) {
            case "ranks" ->
                ranks(file, args[2], Integer.parseInt(args[3]), List.of(args).subList(4, args.length));
            case "update" -> {
                int epochs = Integer.parseInt(args[3]);
                int rounds = Integer.parseInt(args[4]);
                updates(file, args[2], epochs, rounds, List.of(args).subList(5, args.length));
            }
            case "ours" -> ours(file, Path.of(args[2]), Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException("ranks or update, not " + args[0]);
        }
    }

    private static State first(List<Snapshot> snapshots, int epochs, Crew crew) {
        var model = new Lifelong(Lkge.official("ENTITY"), Training.official(11).withEpochs(epochs), crew);
        model.open(snapshots.getFirst());
        model.learn(Progress.SILENT);
        return model.state();
    }

    private static List<String> peer(List<String> command, String task, String data, Path file, Path tables) {
        var peer = new ArrayList<>(command);
        String set = file.getFileName().toString().split("\\.", -1)[0];
        peer.addAll(List.of(task, "--data", data, "--set", set, "--tables", tables.toString()));
        peer.addAll(List.of("--threads", String.valueOf(THREADS)));
        return peer;
    }

    private static void ranks(Path file, String data, int epochs, List<String> command)
            throws IOException, InterruptedException {
        Snapshot snapshot = LkgeBench.read(file, Selection.TEST).getFirst();
        Path tables = Files.createTempFile("lkge", ".tables");
        Path told = Files.createTempFile("lkge", ".ranks");
        try (var crew = new Crew(THREADS)) {
            Vectors vectors = first(List.of(snapshot), epochs, crew).vectors();
            write(vectors, tables);
            var peer = peer(command, "ranks", data, file, tables);
            peer.addAll(List.of("--snapshot", "0", "--snapshots", "1", "--out", told.toString()));
            JsonNode theirs = run(peer).told;
            double[] seconds = new double[5];
            var ranking = new Ranking[seconds.length];
            for (int i = 0; i < seconds.length; i++) {
                long begin = System.nanoTime();
                ranking[i] = new DistanceRanker(vectors.entities(), vectors.relations(), crew)
                        .rank(snapshot.test().withInverses(), snapshot.known(), snapshot.entities());
                seconds[i] = (System.nanoTime() - begin) / 1e9;
            }
            compare(ranking[0], told);
            System.out.printf(
                    Locale.ROOT,
                    "MRR %.4f and %.4f; seconds: theirs %.1f, ours %.3f at first, then %.3f: %.0f x and %.0f x%n",
                    theirs.get("mrr").doubleValue(),
                    ranking[0].metrics(Ties.SORTED).mrr(),
                    theirs.get("seconds").doubleValue(),
                    seconds[0],
                    median(seconds),
                    theirs.get("seconds").doubleValue() / seconds[0],
                    theirs.get("seconds").doubleValue() / median(seconds));
        } finally {
            Files.delete(tables);
            Files.delete(told);
        }
    }

    /// The program asks the same questions in another order; a fact is in a test once.
    private static void compare(Ranking ranking, Path told) throws IOException {
        var theirs = new HashMap<List<Integer>, int[]>();
        var rows = ByteBuffer.wrap(Files.readAllBytes(told)).order(ByteOrder.LITTLE_ENDIAN);
        while (rows.hasRemaining()) {
            var query = List.of(rows.getInt(), rows.getInt(), rows.getInt());
            theirs.put(query, new int[] {rows.getInt(), rows.getInt()});
        }
        Facts queries = ranking.queries();
        int same = 0;
        int tied = 0;
        int away = 0;
        for (int i = 0; i < queries.size(); i++) {
            int[] rank = theirs.get(List.of(queries.subject(i), queries.relation(i), queries.object(i)));
            if (rank == null) {
                throw new IllegalStateException("the program did not ask question " + i);
            }
            boolean tie = rank[1] > 0 || ranking.rank(i, Ties.OPTIMISTIC) != ranking.rank(i, Ties.PESSIMISTIC);
            tied += tie ? 1 : 0;
            boolean equal = rank[0] == ranking.rank(i, Ties.SORTED);
            same += equal ? 1 : 0;
            away += !equal && !tie ? 1 : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "%,d of %,d ranks the same; %d answers tie with another candidate, %d others differ%n",
                same,
                queries.size(),
                tied,
                away);
    }

    private static void updates(Path file, String data, int epochs, int rounds, List<String> command)
            throws IOException, InterruptedException {
        Path tables = Files.createTempFile("lkge", ".tables");
        try {
            try (var crew = new Crew(THREADS)) {
                write(
                        first(LkgeBench.read(file, Selection.TEST), FIRST_EPOCHS, crew)
                                .vectors(),
                        tables);
            }
            var peer = peer(command, "update", data, file, tables);
            peer.addAll(List.of("--snapshot", "1", "--snapshots", "2", "--epochs", String.valueOf(epochs)));
            List<String> own = new ArrayList<>();
            own.add(ProcessHandle.current().info().command().orElseThrow());
            own.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            own.addAll(List.of("-cp", System.getProperty("java.class.path"), LkgePeerBench.class.getName()));
            own.addAll(List.of("ours", file.toString(), tables.toString(), String.valueOf(epochs)));
            System.out.println(
                    "| who | whole process, s | update, s | of it epochs | of it the test | MiB at most | MRR |");
            System.out.println("|---|---|---|---|---|---|---|");
            double[][] whole = new double[2][rounds];
            double[][] update = new double[2][rounds];
            for (int round = 0; round < rounds; round++) {
                for (int who = 0; who < 2; who++) {
                    Ran ran = run(who == 0 ? own : peer);
                    whole[who][round] = ran.seconds;
                    update[who][round] = ran.told.get("seconds").doubleValue();
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %.1f | %.1f | %.1f | %.2f | %.0f | %.4f |%n",
                            who == 0 ? "Mokha" : "the program",
                            ran.seconds,
                            update[who][round],
                            ran.told.get("training").doubleValue(),
                            ran.told.get("testing").doubleValue(),
                            ran.told.get("peak_rss_mib").doubleValue(),
                            ran.told.get("mrr").doubleValue());
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "ratio of the medians: whole processes %.1f, updates %.1f%n",
                    median(whole[1]) / median(whole[0]),
                    median(update[1]) / median(update[0]));
        } finally {
            Files.delete(tables);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /// @param told what the process printed last
    private record Ran(double seconds, JsonNode told) {}

    private static Ran run(List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        if (process.waitFor() != 0 || lines.isEmpty()) {
            throw new IOException("ended with " + process.exitValue() + ": " + String.join(" ", command));
        }
        return new Ran((System.nanoTime() - begin) / 1e9, JSON.readTree(lines.getLast()));
    }

    /// Our side of an update, in a process of its own.
    private static void ours(Path file, Path tables, int epochs) throws IOException {
        List<Snapshot> snapshots = LkgeBench.read(file, Selection.TEST).subList(0, 2);
        Snapshot before = snapshots.get(0);
        Vectors vectors = read(tables);
        State none = State.none(vectors.entities().dim());
        var edges = Incidence.of(before.train(), before.entities(), before.relations());
        State state = Past.of(none).after(none, vectors, edges);
        try (var crew = new Crew(THREADS)) {
            long begin = System.nanoTime();
            var model =
                    new Lifelong(Lkge.official("ENTITY"), Training.official(11).withEpochs(epochs), state, crew);
            model.open(snapshots.get(1));
            long opened = System.nanoTime();
            model.learn(Progress.SILENT);
            long learned = System.nanoTime();
            double mrr = model.test(snapshots.get(1)).mrr();
            long end = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "{\"seconds\": %.3f, \"training\": %.3f, \"testing\": %.3f, \"mrr\": %.4f, \"peak_rss_mib\": %.0f}%n",
                    (end - begin) / 1e9,
                    (learned - opened) / 1e9,
                    (end - learned) / 1e9,
                    mrr,
                    peak());
        }
    }

    private static double peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private static void write(Vectors vectors, Path to) throws IOException {
        try (var out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            ByteBuffer head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            out.write(head.putLong(vectors.entities().rows())
                    .putLong(vectors.relations().rows())
                    .flip());
            for (Table table : List.of(vectors.entities(), vectors.relations())) {
                for (int row = 0; row < table.rows(); row++) {
                    ByteBuffer bytes = ByteBuffer.allocate(8 * table.dim()).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.asDoubleBuffer().put(table.row(row));
                    out.write(bytes);
                }
            }
        }
    }

    private static Vectors read(Path from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(from)).order(ByteOrder.LITTLE_ENDIAN);
        Vectors vectors = Vectors.zeros((int) bytes.getLong(), (int) bytes.getLong(), 200);
        bytes.slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(vectors.entities().values());
        bytes.position(16 + 8 * vectors.entities().values().length);
        bytes.slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(vectors.relations().values());
        return vectors;
    }
}
