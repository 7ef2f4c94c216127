package dev.mokha.language.grpo;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A decoder that learns from its own completions.
///
/// @param temperature that completions are drawn at
/// @param seen what is seen on the way
/// @param heldOut what is measured; null to measure nothing
record GrpoTask(
        Decoder model,
        Objective objective,
        double temperature,
        GrpoFigures seen,
        @Nullable HeldOutPrompts heldOut) implements ModelTask<RolloutBatch> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(RolloutBatch batch) {
        TokenScores scores = TokenScores.of(model, batch, temperature);
        Objective.Terms terms = objective.of(scores.logProbs(), batch.judged(scores.logProbs()));
        seen.add(batch.rollout(), scores, terms);
        return terms.loss();
    }

    @Override
    public double weight(RolloutBatch batch) {
        return batch.weight();
    }

    @Override
    public long tokens(RolloutBatch batch) {
        return batch.rollout().tokens();
    }

    @Override
    public Map<String, Double> figures() {
        return seen.take();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        if (heldOut == null) {
            return null;
        }
        Map<String, Double> found = heldOut.measure(model);
        return new Evaluation(-found.getOrDefault(GrpoFigures.REWARD, Double.NaN), found);
    }
}
