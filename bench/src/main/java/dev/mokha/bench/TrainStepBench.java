package dev.mokha.bench;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.folder.ModelFolder;
import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Engine;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A training step of the 34 M decoder against transformers on PyTorch, taking turns in one run: see
/// `bench/peers/train_step.py` for the model, the batch and what a step is. Both begin at the same weights and see the
/// same tokens, so their first losses are equal.
///
///     java … dev.mokha.bench.TrainStepBench PYTHON bench/peers/train_step.py [TURNS]
public final class TrainStepBench {
    private static final int BATCH = 8;
    private static final int TIME = 256;
    private static final int VOCAB = 16_000;
    private static final int STEPS_A_TURN = 2;

    private final PrintStream out;

    private TrainStepBench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2) {
            System.err.println("usage: TrainStepBench PYTHON bench/peers/train_step.py [TURNS]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("train-step");
        new ProcessBuilder(args[0], args[1], "--save-folder", folder.toString())
                .inheritIO()
                .start()
                .waitFor();
        int turns = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        new TrainStepBench(System.out)
                .run(List.of(args[0], args[1], "--serve", "--folder", folder.toString()), folder, turns);
    }

    private void run(List<String> peerCommand, Path folder, int turns) throws IOException {
        Engine.start();
        out.printf(
                "Mokha: %d threads, %s; peer: transformers on PyTorch, fused AdamW%n", Engine.threads(), Engine.blas());
        out.println(
                "| precision | first loss, ours | first loss, peer | ours, s | peer, s | ratio (median of pairs) |");
        out.println("|---|---|---|---|---|---|");
        for (String dtype : List.of("fp32", "bf16")) {
            try (var peer = new Peer(peerCommand);
                    var ours = new Ours(folder, dtype.equals("bf16"))) {
                String turnOfPeer = dtype + " " + STEPS_A_TURN;
                ours.turn();
                double firstOurs = ours.firstLoss;
                double firstPeer = peer.ask(turnOfPeer).path("losses").path(0).asDouble();
                List<Double> mine = new ArrayList<>();
                List<Double> theirs = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                for (int turn = 0; turn < turns; turn++) {
                    double a = ours.turn();
                    double b = median(seconds(peer.ask(turnOfPeer)));
                    mine.add(a);
                    theirs.add(b);
                    ratios.add(b / a);
                }
                out.printf(
                        "| %s | %.5f | %.5f | %.3f | %.3f | %.2f x (%.2f to %.2f) |%n",
                        dtype,
                        firstOurs,
                        firstPeer,
                        median(mine),
                        median(theirs),
                        median(ratios),
                        Collections.min(ratios),
                        Collections.max(ratios));
            }
        }
        out.printf("resident at the end: %d MiB (ours)%n", Engine.residentBytes() >> 20);
    }

    private static List<Double> seconds(JsonNode answer) {
        List<Double> seconds = new ArrayList<>();
        answer.path("seconds").forEach(second -> seconds.add(second.asDouble()));
        return seconds;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    /// Our side: a model with its optimiser, in one precision.
    private static final class Ours implements AutoCloseable {
        private final Decoder model;
        private final AdamW optimizer;
        private final boolean bf16;
        private double firstLoss = Double.NaN;
        private int taken;

        Ours(Path folder, boolean bf16) {
            this.model = ModelFolder.open(folder).decoder(Loading.forTraining(Device.CPU));
            model.params().mode(Mode.TRAIN);
            this.optimizer = new AdamW(model.params().trainable(), AdamW.Config.decoder());
            this.bf16 = bf16;
        }

        /// {@return the median seconds of a step in this turn}
        double turn() {
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < STEPS_A_TURN; i++) {
                seconds.add(step());
            }
            return median(seconds);
        }

        private double step() {
            int[] ids = new int[BATCH * TIME];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = token((long) taken * ids.length + i);
            }
            long start = System.nanoTime();
            double value;
            try (var _ = Scope.open("step")) {
                Tensor tokens = Tensors.of(ids, BATCH, TIME);
                Tensor loss;
                if (bf16) {
                    try (var _ = Autocast.bfloat16(Device.CPU)) {
                        loss = model.loss(TokenBatch.of(tokens), tokens);
                    }
                } else {
                    loss = model.loss(TokenBatch.of(tokens), tokens);
                }
                loss.backward();
                optimizer.step(3e-4, 1);
                value = loss.item();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (taken++ == 0) {
                firstLoss = value;
            }
            return seconds;
        }

        /// The tokens that the peer computes too.
        private static int token(long x) {
            long y = x * 6364136223846793005L + 1442695040888963407L;
            y ^= y >>> 29;
            y = y * 6364136223846793005L + 1442695040888963407L;
            return (int) ((y >>> 33) % VOCAB);
        }

        @Override
        public void close() {
            optimizer.close();
            model.close();
        }
    }
}
