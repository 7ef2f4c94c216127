package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A decoder that learns from answers rated one by one.
///
/// @param heldOut makes the batches that are measured, one after the other; none to measure nothing
record RatedTask(Decoder model, Kto loss, List<Supplier<RatedBatch>> heldOut) implements ModelTask<RatedBatch> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(RatedBatch batch) {
        RatedBatch.Found found = batch.read(model);
        return loss.of(found.ratios(), batch.kinds(), found.point()).mean();
    }

    @Override
    public double weight(RatedBatch batch) {
        return batch.own().rows();
    }

    @Override
    public long tokens(RatedBatch batch) {
        return batch.own().tokens().ids().count()
                + batch.mismatched().tokens().ids().count();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        return new RatedFigures(model, loss).over(heldOut);
    }
}
