package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A decoder that learns from pairs.
///
/// @param heldOut makes the batches that are measured, one after the other; none to measure nothing
record PreferenceTask(Decoder model, PreferenceLoss loss, List<Supplier<PairBatch>> heldOut)
        implements ModelTask<PairBatch> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(PairBatch batch) {
        AnswerScores policy = batch.scores(model);
        AnswerScores reference = batch.reference();
        return loss.of(policy, reference == null ? policy : reference, batch.lengths())
                .mean();
    }

    @Override
    public double weight(PairBatch batch) {
        return batch.pairs();
    }

    @Override
    public long tokens(PairBatch batch) {
        return batch.rows().tokens().ids().count();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        return new PreferenceFigures(model, loss).over(heldOut);
    }
}
