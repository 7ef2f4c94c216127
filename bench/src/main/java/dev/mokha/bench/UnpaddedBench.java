package dev.mokha.bench;

import dev.mokha.language.encoder.BertConfig;
import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.Featurizer;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
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
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Inference over texts of unequal length, packed without padding against batches padded to their longest
/// text, in one engine and in turns; and, where a Python is given, against transformers with padded batches.
/// The lengths are those of a file: JSON lines, each a list of ids.
///
///     java … dev.mokha.bench.UnpaddedBench IDS.jsonl [BATCH [TURNS [PYTHON bench/peers/masked_step.py]]]
public final class UnpaddedBench {
    private final PrintStream out;
    private final List<Sequence> sequences;
    private final int batch;

    private UnpaddedBench(PrintStream out, List<Sequence> sequences, int batch) {
        this.out = out;
        this.sequences = sequences;
        this.batch = batch;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 1) {
            System.err.println("usage: UnpaddedBench IDS.jsonl [BATCH [TURNS [PYTHON bench/peers/masked_step.py]]]");
            System.exit(2);
        }
        Path file = Path.of(args[0]);
        List<Sequence> sequences = Files.readAllLines(file).stream()
                .map(JsonLines::ids)
                .map(Sequence::of)
                .toList();
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        int turns = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        var bench = new UnpaddedBench(System.out, sequences, batch);
        if (args.length > 4) {
            Path folder = Files.createTempDirectory("unpadded");
            new ProcessBuilder(args[3], args[4], "--save-folder", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            try (var model = EncoderFolder.open(folder).featurizer(Loading.forUse(Device.CPU));
                    var peer = new Peer(List.of(args[3], args[4], "--serve", "--folder", folder.toString()))) {
                bench.run(model, turns, peer, file);
            }
        } else {
            try (var model = new Featurizer(BertConfig.base(), Params.fresh(0))) {
                bench.run(model, turns, null, file);
            }
        }
    }

    private void run(Featurizer model, int turns, @Nullable Peer peer, Path file) throws IOException {
        Engine.start();
        model.params().mode(Mode.EVAL);
        long tokens = sequences.stream().mapToLong(Sequence::length).sum();
        long padded = groups(sequences).stream()
                .mapToLong(g -> (long) g.size()
                        * g.stream().mapToInt(Sequence::length).max().orElseThrow())
                .sum();
        out.printf(
                "%d texts, %d tokens, %d with padding (%.2f x), batch %d, %d threads, %s%n",
                sequences.size(), tokens, padded, (double) padded / tokens, batch, Engine.threads(), Engine.blas());
        Function<List<Sequence>, EncoderBatch> pack = EncoderBatch::packed;
        Function<List<Sequence>, EncoderBatch> pad = group -> EncoderBatch.padded(group, 0);
        var ratios = new ArrayList<Double>();
        var packedSeconds = new ArrayList<Double>();
        var paddedSeconds = new ArrayList<Double>();
        var peerSeconds = new ArrayList<Double>();
        var peerRatios = new ArrayList<Double>();
        double sumPacked = 0;
        double sumPadded = 0;
        double sumPeer = 0;
        for (int turn = 0; turn <= turns; turn++) {
            var a = pass(model, pack);
            var b = pass(model, pad);
            sumPacked = a.sum;
            sumPadded = b.sum;
            double theirs = Double.NaN;
            if (peer != null) {
                var answer = peer.ask("texts fp32 " + batch + " " + file.toAbsolutePath());
                theirs = answer.path("seconds").asDouble();
                sumPeer = answer.path("sum").asDouble();
            }
            if (turn > 0) { // the first turn warms up
                packedSeconds.add(a.seconds);
                paddedSeconds.add(b.seconds);
                ratios.add(b.seconds / a.seconds);
                peerSeconds.add(theirs);
                peerRatios.add(theirs / a.seconds);
            }
        }
        out.printf(
                "first numbers of the texts' first vectors, summed: packed %.4f, padded %.4f, peer %.4f%n",
                sumPacked, sumPadded, sumPeer);
        out.println("| packed, s | padded, s | ratio (median of pairs) | peer padded, s | peer / packed |");
        out.println("|---|---|---|---|---|");
        out.printf(
                "| %.2f | %.2f | %.2f x (%.2f to %.2f) | %.2f | %.2f x |%n",
                EncoderStepBench.median(packedSeconds),
                EncoderStepBench.median(paddedSeconds),
                EncoderStepBench.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                EncoderStepBench.median(peerSeconds),
                EncoderStepBench.median(peerRatios));
    }

    private List<List<Sequence>> groups(List<Sequence> all) {
        return IntStream.iterate(0, i -> i < all.size(), i -> i + batch)
                .mapToObj(i -> all.subList(i, Math.min(all.size(), i + batch)))
                .toList();
    }

    private record Passed(double seconds, double sum) {}

    private Passed pass(Featurizer model, Function<List<Sequence>, EncoderBatch> layout) {
        long start = System.nanoTime();
        double sum = 0;
        for (List<Sequence> group : groups(sequences)) {
            try (var _ = Scope.open("batch");
                    var _ = Gradients.off()) {
                EncoderBatch laid = layout.apply(group);
                sum += laid.firsts(model.forward(laid)).select(1, 0).sum().item(); // norms make the whole sum 0
            }
        }
        return new Passed((System.nanoTime() - start) / 1e9, sum);
    }
}
