package dev.mokha.language.decoder;

import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;

/// Chooses each token's experts: the `numExpertsPerTok` of the highest probability under `softmax(gate x)`,
/// which is taken in float32. Their probabilities are their weights, divided by their sum where the model
/// wants that.
final class Router {
    private final Experts experts;
    private final Projection gate;

    /// @param params at the layer's block
    Router(Experts experts, int hidden, Params params) {
        this.experts = experts;
        this.gate = params.linear("gate", hidden, experts.numExperts(), false);
    }

    /// Where tokens go.
    ///
    /// @param probs of every expert, float32 `[tokens, experts]`
    /// @param weights of the chosen ones, in the type of the model, `[tokens, chosen]`
    /// @param chosen their numbers, 64-bit integers `[tokens, chosen]`
    record Routes(Tensor probs, Tensor weights, Tensor chosen) {}

    /// @param rows `[tokens, hidden]`
    Routes route(Tensor rows) {
        Tensor logits = gate.forward(rows); // [tokens, experts]
        Tensor probs = (logits.dtype() == DType.FLOAT64 ? logits : logits.to(DType.FLOAT32)).softmax(-1);
        var top = probs.top(experts.numExpertsPerTok());
        Tensor weights = experts.normTopkProb() ? top.values().div(top.values().sum(-1, true)) : top.values();
        return new Routes(probs, weights.to(rows.dtype()), top.indices());
    }
}
