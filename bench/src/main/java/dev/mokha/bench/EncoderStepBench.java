package dev.mokha.bench;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.MaskedLanguageModel;
import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.folder.EncoderFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// BERT-BASE, batch 8 × 128: a training step of masked language modelling and inference, against transformers on
/// PyTorch, taking turns in one run: see `bench/peers/masked_step.py` for the batch and what a step is. Both begin at
/// the same weights, and the loss of the first batch without dropout is compared first.
///
///     java … dev.mokha.bench.EncoderStepBench PYTHON bench/peers/masked_step.py [TURNS]
public final class EncoderStepBench {
    private static final int BATCH = 8;
    private static final int TIME = 128;
    private static final int MASKED = 103;
    private static final int STEPS_A_TURN = 2;

    private final PrintStream out;

    private EncoderStepBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2) {
            System.err.println("usage: EncoderStepBench PYTHON bench/peers/masked_step.py [TURNS]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("masked-step");
        new ProcessBuilder(args[0], args[1], "--save-folder", folder.toString())
                .inheritIO()
                .start()
                .waitFor();
        int turns = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        new EncoderStepBench(System.out)
                .run(List.of(args[0], args[1], "--serve", "--folder", folder.toString()), folder, turns);
    }

    private void run(List<String> command, Path folder, int turns) throws IOException {
        Engine.start();
        out.printf("Mokha: %d threads, %s%n", Engine.threads(), Engine.blas());
        out.println("| what | precision | ours, s | peer, s | ratio (median of pairs) |");
        out.println("|---|---|---|---|---|");
        for (String dtype : List.of("fp32", "bf16")) {
            try (var peer = new Peer(command);
                    var ours = new Ours(folder, dtype.equals("bf16"))) {
                double mine = ours.loss();
                double theirs = peer.ask(dtype + " loss").path("loss").asDouble();
                out.printf("first loss, %s: ours %.5f, peer %.5f%n", dtype, mine, theirs);
                for (String what : List.of("infer", "train")) {
                    DoubleSupplier turn = what.equals("train") ? ours::train : ours::infer;
                    line(what, dtype, peer, turn, turns);
                }
            }
        }
        out.printf("resident at the end: %d MiB (ours)%n", Engine.residentBytes() >> 20);
    }

    private void line(String what, String dtype, Peer peer, DoubleSupplier turn, int turns) throws IOException {
        var mine = new ArrayList<Double>();
        var theirs = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        for (int i = 0; i <= turns; i++) {
            double a = median(List.of(turn.getAsDouble(), turn.getAsDouble()));
            double b = median(seconds(peer.ask(dtype + " " + what + " " + STEPS_A_TURN)));
            if (i > 0) { // the first turn warms up
                mine.add(a);
                theirs.add(b);
                ratios.add(b / a);
            }
        }
        out.printf(
                "| %s | %s | %.3f | %.3f | %.2f x (%.2f to %.2f) |%n",
                what,
                dtype,
                median(mine),
                median(theirs),
                median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }

    private static List<Double> seconds(JsonNode answer) {
        List<Double> seconds = new ArrayList<>();
        answer.path("seconds").forEach(second -> seconds.add(second.asDouble()));
        return seconds;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /// Our side: a model with its optimiser, in one precision.
    private static final class Ours implements AutoCloseable {
        private final MaskedLanguageModel model;
        private final AdamW optimizer;
        private final boolean bf16;
        private long taken;

        Ours(Path folder, boolean bf16) {
            this.model = EncoderFolder.open(folder).maskedLanguageModel(Loading.forTraining(Device.CPU));
            this.optimizer =
                    new AdamW(model.params().trainable(), AdamW.Config.bert().withBiasCorrection(true));
            this.bf16 = bf16;
        }

        private static List<Sequence> sequences(long step) {
            var sequences = new ArrayList<Sequence>();
            for (int b = 0; b < BATCH; b++) {
                int[] ids = new int[TIME];
                for (int t = 0; t < TIME; t++) {
                    long h = number(step, b, t);
                    ids[t] = isHidden(h) ? MASKED : token(h);
                }
                sequences.add(Sequence.of(ids));
            }
            return sequences;
        }

        private static List<int[]> labels(long step) {
            var labels = new ArrayList<int[]>();
            for (int b = 0; b < BATCH; b++) {
                int[] row = new int[TIME];
                for (int t = 0; t < TIME; t++) {
                    long h = number(step, b, t);
                    row[t] = isHidden(h) ? token(h) : -100;
                }
                labels.add(row);
            }
            return labels;
        }

        private Tensor loss(List<Sequence> sequences, List<int[]> labels) {
            EncoderBatch batch = EncoderBatch.packed(sequences);
            return inPrecision(
                    () -> model.losses(batch, batch.pack(labels, -100), null).total());
        }

        private Tensor inPrecision(Supplier<Tensor> work) {
            if (!bf16) {
                return work.get();
            }
            try (var _ = Autocast.bfloat16(Device.CPU)) {
                return work.get();
            }
        }

        double loss() {
            model.params().mode(Mode.EVAL);
            try (var _ = Scope.open("loss");
                    var _ = Gradients.off()) {
                return loss(sequences(0), labels(0)).item();
            }
        }

        /// {@return seconds}
        double train() {
            model.params().mode(Mode.TRAIN);
            List<Sequence> sequences = sequences(taken);
            List<int[]> labels = labels(taken++);
            long start = System.nanoTime();
            try (var _ = Scope.open("step")) {
                Tensor loss = loss(sequences, labels);
                loss.backward();
                optimizer.step(1e-4, 1);
                loss.item();
            }
            return (System.nanoTime() - start) / 1e9;
        }

        /// {@return seconds}
        double infer() {
            model.params().mode(Mode.EVAL);
            List<Sequence> sequences = sequences(0);
            long start = System.nanoTime();
            try (var _ = Scope.open("inference");
                    var _ = Gradients.off()) {
                EncoderBatch batch = EncoderBatch.packed(sequences);
                inPrecision(() -> model.logits(batch)).narrow(0, 0, 1).sum().item();
            }
            return (System.nanoTime() - start) / 1e9;
        }

        /// The number that the peer computes too.
        private static long number(long step, int b, int t) {
            long x = (step * BATCH + b) * TIME + t;
            x = x * 6364136223846793005L + 1442695040888963407L;
            x ^= x >>> 29;
            x = x * 6364136223846793005L + 1442695040888963407L;
            return x >>> 33;
        }

        private static int token(long h) {
            return 1000 + (int) (h % 29_000);
        }

        private static boolean isHidden(long h) {
            return (h >> 20) % 100 < 15;
        }

        @Override
        public void close() {
            optimizer.close();
            model.close();
        }
    }
}
