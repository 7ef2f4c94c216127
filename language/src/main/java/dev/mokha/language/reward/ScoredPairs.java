package dev.mokha.language.reward;

import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// What a reward model finds in pairs, in double precision; all tensors are `[pairs]`.
///
/// @param chosen scores of the better answers
/// @param rejected those of the worse ones
/// @param margins how much better the better ones were found
record ScoredPairs(Tensor chosen, Tensor rejected, Tensor margins) {
    static ScoredPairs of(RewardModel model, List<EncodedPair> pairs) {
        List<int[]> texts = new ArrayList<>();
        pairs.forEach(pair -> texts.add(pair.chosen().ids()));
        pairs.forEach(pair -> texts.add(pair.rejected().ids()));
        Tensor scores = model.scores(texts).to(DType.FLOAT64); // [2 · pairs]
        double[] margins = pairs.stream().mapToDouble(EncodedPair::margin).toArray();
        return new ScoredPairs(
                scores.narrow(0, 0, margins.length),
                scores.narrow(0, margins.length, margins.length),
                Tensors.of(margins, margins.length));
    }

    Tensor losses(BradleyTerry loss) {
        return loss.of(chosen, rejected, margins);
    }
}
