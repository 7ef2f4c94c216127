package dev.mokha.language.reward;

import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.recipe.Figures;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A reward model that learns from pairs.
///
/// @param heldOut batches that are measured
record RewardTask(RewardModel model, BradleyTerry loss, List<List<EncodedPair>> heldOut)
        implements ModelTask<List<EncodedPair>> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(List<EncodedPair> pairs) {
        return ScoredPairs.of(model, pairs).losses(loss).mean();
    }

    @Override
    public double weight(List<EncodedPair> pairs) {
        return pairs.size();
    }

    @Override
    public long tokens(List<EncodedPair> pairs) {
        return pairs.stream()
                .mapToLong(pair -> pair.chosen().ids().length + pair.rejected().ids().length)
                .sum();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        Figures<List<EncodedPair>> figures = new RewardFigures(model, loss);
        return figures.over(heldOut.stream()
                .<Supplier<List<EncodedPair>>>map(batch -> () -> batch)
                .toList());
    }
}
