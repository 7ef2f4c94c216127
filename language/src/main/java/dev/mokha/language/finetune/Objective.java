package dev.mokha.language.finetune;

import dev.mokha.nn.Loss;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import org.jspecify.annotations.Nullable;

/// The loss of a fine-tuning. With weights w it is `Σ w[target] · l / Σ w[target]`, where l is the
/// cross-entropy of a row, smoothed or not.
///
/// @param weights of the classes; empty when all count the same
@SuppressWarnings("ArrayRecordComponent") // numbers on their way to a tensor; equality is not asked for
record Objective(
        Kind kind,
        double[] weights,
        double smoothing,
        @Nullable Distillation distillation) {
    /// @param logits `[rows, outputs]`, as [TaskHead#logits] gives them
    /// @return a scalar
    Tensor of(Tensor logits, ItemBatch batch) {
        Tensor hard = kind == Kind.REGRESS
                ? Loss.meanSquared(logits.squeeze(1), batch.values().to(logits.device()))
                : classes(logits, batch.targets().to(logits.device()));
        if (distillation == null || batch.taught() == null) {
            return hard;
        }
        Tensor taught = batch.taught().to(logits.device());
        Tensor soft = kind == Kind.REGRESS ? Loss.meanSquared(logits, taught) : soft(logits, taught, distillation);
        return soft.mul(distillation.alpha()).add(hard.mul(1 - distillation.alpha()));
    }

    private static Tensor soft(Tensor logits, Tensor taught, Distillation distillation) {
        double t = distillation.temperature();
        Tensor student = logits.mul(1 / t).logSoftmax(-1);
        Tensor teacher = taught.mul(1 / t).logSoftmax(-1);
        return Loss.klDivergence(teacher, student).mul(t * t);
    }

    private Tensor classes(Tensor logits, Tensor targets) {
        if (weights.length == 0) {
            return Loss.crossEntropy(logits, targets, smoothing);
        }
        Tensor logProbs = logits.logSoftmax(-1); // [rows, classes]
        Tensor right = logProbs.gather(1, targets.unsqueeze(1)).squeeze(1);
        Tensor rows = right.mul(1 - smoothing)
                .add(logProbs.mean(-1, false).mul(smoothing))
                .neg();
        float[] each = new float[weights.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = (float) weights[i];
        }
        Tensor counts = Tensors.of(each, each.length).to(logits.device()).indexSelect(0, targets);
        return rows.mul(counts).sum().div(counts.sum());
    }
}
