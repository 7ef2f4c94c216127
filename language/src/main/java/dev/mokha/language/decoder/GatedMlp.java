package dev.mokha.language.decoder;

import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// The gated feed-forward block, SwiGLU of [Shazeer 2020](https://arxiv.org/abs/2002.05202):
/// `down(silu(gate x) · up x)`.
final class GatedMlp {
    private final Projection gate;
    private final Projection up;
    private final Projection down;

    GatedMlp(DecoderConfig config, Params params) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        this.gate = params.linear("gate_proj", hidden, inner, config.mlpBias());
        this.up = params.linear("up_proj", hidden, inner, config.mlpBias());
        this.down = params.linear("down_proj", inner, hidden, config.mlpBias());
    }

    /// @param x `[batch, time, hidden]`
    /// @return `[batch, time, hidden]`
    Tensor forward(Tensor x) {
        return down.forward(Functional.silu(gate.forward(x)).mul(up.forward(x)));
    }
}
