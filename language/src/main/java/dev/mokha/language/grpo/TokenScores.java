package dev.mokha.language.grpo;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Tensor;

/// What a model thinks of completions' tokens, under its probabilities at the temperature that they were drawn
/// at.
///
/// @param logProbs in double precision, `[tokens]`
/// @param entropies of the distributions that they were drawn from, in nats, without gradient, `[tokens]`
record TokenScores(Tensor logProbs, Tensor entropies) {
    static TokenScores of(Decoder model, RolloutBatch batch, double temperature) {
        Tensor raw = model.logits(batch.tokens(), batch.positions()); // [tokens, vocab]
        Tensor exact = raw.dtype() == DType.FLOAT64 ? raw : raw.to(DType.FLOAT32);
        Tensor logits = temperature == 1 ? exact : exact.div(temperature);
        Tensor norms = logits.logSumExp(1, false);
        Tensor chosen = logits.gather(1, batch.targets().to(logits.device()).unsqueeze(1))
                .squeeze(1);
        return new TokenScores(chosen.sub(norms).to(DType.FLOAT64), entropies(logits.detach(), norms.detach()));
    }

    private static Tensor entropies(Tensor logits, Tensor norms) {
        try (var _ = Gradients.off()) {
            Tensor probs = logits.sub(norms.unsqueeze(1)).exp();
            return norms.sub(probs.mul(logits).sum(1, false)).to(DType.FLOAT64);
        }
    }
}
