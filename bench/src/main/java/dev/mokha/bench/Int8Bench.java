package dev.mokha.bench;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Int8;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Inference of BERT-BASE with its layers in 8-bit integers against float32, in one engine and in turns: batches of
/// 8 × 128 tokens, and texts of unequal lengths like SST-2's, packed. Where a Python is given, PyTorch's dynamic
/// quantisation takes its turn with the same weights and padded batches (`bench/peers/int8.py`).
///
///     java … dev.mokha.bench.Int8Bench [TURNS [PYTHON bench/peers/int8.py]]
public final class Int8Bench {
    private static final int TIME = 128;
    private static final int LARGEST_ID = 29_000;

    private final PrintStream out;
    private final int turns;

    private Int8Bench(PrintStream out, int turns) {
        this.out = out;
        this.turns = turns;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Engine.start();
        int turns = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        var bench = new Int8Bench(System.out, turns);
        var float32 = Loading.forUse(Device.CPU);
        var int8 = float32.quantized(Int8.dynamic());
        if (args.length > 2) {
            Path folder = Files.createTempDirectory("int8");
            new ProcessBuilder(args[1], args[2], "--save-folder", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            var command = List.of(
                    args[1],
                    args[2],
                    "--serve",
                    "--folder",
                    folder.toString(),
                    "--threads",
                    Integer.toString(Engine.threads()));
            try (var exact = EncoderFolder.open(folder).featurizer(float32);
                    var narrow = EncoderFolder.open(folder).featurizer(int8);
                    var peer = new Peer(command)) {
                bench.run(exact, narrow, peer);
            }
        } else {
            try (var exact = new Featurizer(BertConfig.base(), Params.fresh(float32));
                    var narrow = new Featurizer(BertConfig.base(), Params.fresh(int8))) {
                bench.run(exact, narrow, null);
            }
        }
    }

    /// A set of texts, and how many are read at once.
    private record Work(String name, int batch, List<Sequence> texts) {
        static Work of(String name, int batch, int count, int shortest, int longest) {
            var random = new SplittableRandom(1);
            return new Work(
                    name,
                    batch,
                    IntStream.range(0, count)
                            .mapToObj(_ -> random.ints(random.nextInt(shortest, longest + 1), 1000, LARGEST_ID)
                                    .toArray())
                            .map(Sequence::of)
                            .toList());
        }

        Path write() throws IOException {
            Path file = Files.createTempFile("texts", ".jsonl");
            Files.write(
                    file,
                    texts.stream()
                            .map(text ->
                                    IntStream.of(text.ids()).boxed().toList().toString())
                            .toList());
            return file;
        }
    }

    private void run(Featurizer exact, Featurizer narrow, @Nullable Peer peer) throws IOException {
        out.printf(
                "%d threads, %s; peer: %s%n",
                Engine.threads(),
                Engine.blas(),
                peer == null ? "none" : peer.about().toString());
        out.printf(
                "weights: float32 %.1f MB, int8 %.1f MB (of these %d projections)%n",
                exact.params().bytes() / 1e6,
                narrow.params().bytes() / 1e6,
                narrow.params().quantized().size());
        out.println(
                "| texts | float32, s | int8, s | float32 / int8 (pairs) | peer int8, s | peer / ours | difference |");
        out.println("|---|---|---|---|---|---|---|");
        measure(Work.of("8 x 128 tokens", 8, 8, TIME, TIME), exact, narrow, peer);
        measure(Work.of("64 of 4 to 50 tokens, 32 at once", 32, 64, 4, 50), exact, narrow, peer);
    }

    private void measure(Work work, Featurizer exact, Featurizer narrow, @Nullable Peer peer) throws IOException {
        Path file = work.write();
        var exactSeconds = new ArrayList<Double>();
        var narrowSeconds = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        var peerSeconds = new ArrayList<Double>();
        var peerRatios = new ArrayList<Double>();
        double difference = 0;
        for (int turn = 0; turn <= turns; turn++) {
            Passed a = pass(exact, work);
            Passed b = pass(narrow, work);
            double theirs = peer == null
                    ? Double.NaN
                    : peer.ask("int8 " + work.batch + " " + file)
                            .path("seconds")
                            .asDouble();
            difference = worst(a.vectors, b.vectors);
            if (turn > 0) { // the first turn warms up
                exactSeconds.add(a.seconds);
                narrowSeconds.add(b.seconds);
                ratios.add(a.seconds / b.seconds);
                peerSeconds.add(theirs);
                peerRatios.add(theirs / b.seconds);
            }
        }
        Files.delete(file);
        out.printf(
                "| %s | %.3f | %.3f | %.2f x (%.2f to %.2f) | %.3f | %.2f x | %.3f |%n",
                work.name,
                EncoderStepBench.median(exactSeconds),
                EncoderStepBench.median(narrowSeconds),
                EncoderStepBench.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                EncoderStepBench.median(peerSeconds),
                EncoderStepBench.median(peerRatios),
                difference);
    }

    private static double worst(List<float[]> first, List<float[]> second) {
        double worst = 0;
        for (int i = 0; i < first.size(); i++) {
            for (int j = 0; j < first.get(i).length; j++) {
                worst = Math.max(worst, Math.abs(first.get(i)[j] - second.get(i)[j]));
            }
        }
        return worst;
    }

    private record Passed(double seconds, List<float[]> vectors) {}

    private static Passed pass(Featurizer model, Work work) {
        long start = System.nanoTime();
        var vectors = new ArrayList<float[]>();
        for (int i = 0; i < work.texts.size(); i += work.batch) {
            try (var _ = Scope.open("batch");
                    var _ = Gradients.off()) {
                var batch = EncoderBatch.packed(work.texts.subList(i, Math.min(work.texts.size(), i + work.batch)));
                vectors.add(batch.firsts(model.forward(batch)).toFloats());
            }
        }
        return new Passed((System.nanoTime() - start) / 1e9, vectors);
    }
}
