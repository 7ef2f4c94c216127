package dev.mokha.language.tune;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Params;
import dev.mokha.nn.Probe;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A decoder that learns what the assistant says. Measured by the mean loss of a counted token, and by how
/// often the likeliest token is the one that stands there.
///
/// @param noise of NEFTune, 0 for none
/// @param stream draws the noise
/// @param heldOut makes the batches that are measured, one after the other; none to measure nothing
record ChatTask(Decoder model, double noise, Rng stream, List<Supplier<ChatBatch>> heldOut)
        implements ModelTask<ChatBatch> {
    private static final String EMBEDDED = "model.embed_tokens.output";

    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(ChatBatch batch) {
        if (noise == 0) {
            return model.loss(batch.tokens(), batch.labels());
        }
        return Probe.replacing(EMBEDDED::equals, (_, embedded) -> noisy(embedded))
                .during(() -> model.loss(batch.tokens(), batch.labels()));
    }

    /// @param embedded `[batch, time, hidden]`
    private Tensor noisy(Tensor embedded) {
        double most = noise / Math.sqrt((double) embedded.size(1) * embedded.size(2));
        Tensor drawn = stream.uniform(-most, most, embedded.shape());
        return embedded.add(drawn.to(embedded.device()).to(embedded.dtype()));
    }

    @Override
    public Map<String, Rng> streams() {
        Map<String, Rng> streams = new LinkedHashMap<>(ModelTask.super.streams());
        if (noise > 0) {
            streams.put("noise", stream);
        }
        return streams;
    }

    @Override
    public double weight(ChatBatch batch) {
        return batch.counted();
    }

    @Override
    public long tokens(ChatBatch batch) {
        return batch.tokens().ids().count();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        if (heldOut.isEmpty()) {
            return null;
        }
        double loss = 0;
        long right = 0;
        long counted = 0;
        for (Supplier<ChatBatch> next : heldOut) {
            try (var _ = Scope.open("held-out conversations");
                    var _ = Gradients.off()) {
                Counted found = Counted.of(next.get());
                var likelihoods =
                        model.likelihoods(found.batch.tokens(), null, found.positions, found.targets, found.inOrder());
                for (double each : likelihoods.logLikelihoods().toDoubles()) {
                    loss -= each;
                }
                long[] likeliest = likelihoods.likeliest().toLongs();
                for (int i = 0; i < likeliest.length; i++) {
                    right += likeliest[i] == found.targets[i] ? 1 : 0;
                }
                counted += likeliest.length;
            }
        }
        return new Evaluation(
                loss / counted, Map.of("loss", loss / counted, "token_accuracy", (double) right / counted));
    }

    /// The tokens of a batch that count, and the positions before them.
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way to a tensor; equality is not asked for
    private record Counted(ChatBatch batch, int[] positions, int[] targets) {
        static Counted of(ChatBatch batch) {
            long[] labels = batch.labels().toLongs();
            List<Integer> at = new ArrayList<>();
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] != ChatBatch.IGNORED) {
                    at.add(i);
                }
            }
            return new Counted(
                    batch,
                    at.stream().mapToInt(i -> i - 1).toArray(),
                    at.stream().mapToInt(i -> (int) labels[i]).toArray());
        }

        int[] inOrder() {
            int[] order = new int[targets.length];
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            return order;
        }
    }
}
