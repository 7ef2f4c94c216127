package dev.mokha.language.decoder;

import dev.mokha.language.decoder.StepChanges.Place;
import dev.mokha.nn.Params;
import dev.mokha.nn.Projection;
import dev.mokha.nn.Tap;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// The gated feed-forward block, SwiGLU of [Shazeer 2020](https://arxiv.org/abs/2002.05202):
/// `down(silu(gate x) · up x)`.
final class GatedMlp implements FeedForward {
    private final int layer;
    private final Projection gate;
    private final Projection up;
    private final Projection down;
    private final Tap gated;

    /// An expert's, which no step changes.
    GatedMlp(Shape shape, Names names, Params params) {
        this(-1, shape, names, params);
    }

    private GatedMlp(int layer, Shape shape, Names names, Params params) {
        this.layer = layer;
        this.gate = params.linear(names.gate(), shape.hidden(), shape.inner(), shape.bias());
        this.up = params.linear(names.up(), shape.hidden(), shape.inner(), shape.bias());
        this.gated = params.at(names.down()).tap("input");
        this.down = params.linear(names.down(), shape.inner(), shape.hidden(), shape.bias());
    }

    /// The one block of a layer.
    static GatedMlp of(DecoderConfig config, int layer, Params params) {
        return new GatedMlp(
                layer,
                new Shape(config.hiddenSize(), config.intermediateSize(), config.mlpBias()),
                Names.USUAL,
                params);
    }

    /// @param hidden width of the residual stream
    /// @param inner width inside the block
    record Shape(int hidden, int inner, boolean bias) {}

    /// The names of its projections.
    record Names(String gate, String up, String down) {
        static final Names USUAL = new Names("gate_proj", "up_proj", "down_proj");

        /// Of Mixtral's experts.
        static final Names MIXTRAL = new Names("w1", "w3", "w2");
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Tensor open = pass.changed(layer, Place.GATE, x, gate.forward(x));
        Tensor inner = gated.pass(Functional.silu(open).mul(pass.changed(layer, Place.UP, x, up.forward(x))));
        return pass.changed(layer, Place.DOWN, inner, down.forward(inner));
    }

    /// @param x `[…, hidden]`
    /// @return `[…, hidden]`
    Tensor forward(Tensor x) {
        return down.forward(gated.pass(Functional.silu(gate.forward(x)).mul(up.forward(x))));
    }
}
