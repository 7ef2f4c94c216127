package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;

/// Rated answers side by side.
///
/// @param own the answers behind their own prompts
/// @param mismatched the answers behind other prompts
/// @param kinds 1 for a good answer and -1 for a bad one, `[answers]`
/// @param reference what the frozen model finds in `own`, `[answers]`
/// @param mismatchedReference what it finds in `mismatched`, `[answers]`
record RatedBatch(RowBatch own, RowBatch mismatched, Tensor kinds, Tensor reference, Tensor mismatchedReference) {
    static RatedBatch of(RatingGroup group, FrozenScores frozen) {
        List<AnswerRow> own = group.own();
        int count = own.size();
        double[] kinds = group.answers().stream()
                .mapToDouble(answer -> answer.desirable() ? 1 : -1)
                .toArray();
        return new RatedBatch(
                RowBatch.of(own),
                RowBatch.of(group.mismatched()),
                Tensors.of(kinds, count),
                Tensors.of(frozen.of(own), count),
                Tensors.of(frozen.of(group.mismatched()), count));
    }

    /// What a model finds in a batch.
    ///
    /// @param logps of the answers, `[answers]`
    /// @param ratios `r(y)` of the answers, `[answers]`
    /// @param point `z₀`
    record Found(Tensor logps, Tensor ratios, double point) {}

    Found read(Decoder model) {
        // First with gradients: autocast would use weights again that were converted without.
        Tensor logps = own.scores(model);
        double mean;
        try (var _ = Gradients.off()) {
            mean = mismatched.scores(model).sub(mismatchedReference).mean().item();
        }
        return new Found(logps, logps.sub(reference), Math.max(0, mean));
    }
}
