package dev.mokha.language.encoder;

import dev.mokha.nn.Params;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// An encoder that finds an answer in a text (paper, §4.2): the start is a softmax over the positions of a
/// sequence of `S · Tᵢ`, the end likewise.
public final class SpanModel implements EncoderModel {
    /// Matches the parameters of every family's head, which a fine-tuning draws anew.
    public static final String HEAD = "^(qa_outputs|classifier|head)\\.";

    private final Encoder encoder;
    private final Params params;
    private final TokenReadout head;

    /// @param params at the root of the checkpoint; from now on closed with this model
    public SpanModel(EncoderConfig config, Params params) {
        Params root = HeadNames.begin(config, params);
        this.params = params;
        this.encoder = Encoder.of(config, root);
        this.head = TokenReadout.ofSpans(config, root);
        params.finish();
    }

    /// {@return the logits of being the start and the end, `[tokens, 2]`, laid out as the batch is}
    public Tensor logits(EncoderBatch batch) {
        return head.forward(encoder.forward(batch.to(params.device())));
    }

    /// The mean of both cross-entropies, over the positions of each sequence, padding included where the
    /// batch has it: as transformers computes it.
    ///
    /// @param starts for each sequence where the answer starts, counted in it; one outside it leaves
    ///     the sequence out
    /// @param ends where it ends, the last position included
    /// @return a scalar; NaN when no sequence counts
    public Tensor loss(EncoderBatch batch, int[] starts, int[] ends) {
        Tensor logits = logits(batch).to(DType.FLOAT32);
        return loss(batch, logits.select(1, 0), starts)
                .add(loss(batch, logits.select(1, 1), ends))
                .mul(0.5);
    }

    /// @param logits `[tokens]`
    private static Tensor loss(EncoderBatch batch, Tensor logits, int[] targets) {
        long[] sizes = batch.runs().stream().mapToLong(EncoderBatch.Run::tokens).toArray();
        Tensor[] runs = logits.split(sizes, 0);
        var logProbs = new ArrayList<Tensor>();
        for (int i = 0; i < runs.length; i++) {
            EncoderBatch.Run run = batch.runs().get(i);
            logProbs.add(runs[i].view(run.count(), run.length()).logSoftmax(1).reshape(-1));
        }
        List<Long> chosen = new ArrayList<>();
        for (int i = 0; i < batch.sequences(); i++) {
            if (targets[i] >= 0 && targets[i] < batch.length(i)) {
                chosen.add((long) batch.start(i) + targets[i]);
            }
        }
        Tensor rows = Tensors.of(chosen.stream().mapToLong(Long::longValue).toArray(), chosen.size());
        Tensor flat = logProbs.size() == 1 ? logProbs.getFirst() : Tensors.cat(logProbs, 0);
        return flat.indexSelect(0, rows.to(logits.device())).mean().neg();
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Params params() {
        return params;
    }

    @Override
    public String architecture() {
        return HeadNames.architecture(config(), "ForQuestionAnswering");
    }
}
