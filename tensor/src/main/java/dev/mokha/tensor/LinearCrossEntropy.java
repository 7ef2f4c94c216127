package dev.mokha.tensor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fused output layer and loss of [Functional#linearCrossEntropy].
///
/// With `p = softmax(x Wᵀ + b)` and n rows that count, the gradient of the logits is `d = (p − onehot(target)) / n`,
/// so `∂x = d W`, `∂W = dᵀ x` and `∂b = Σ d`: all known as soon as the logits are. They are computed here, in the
/// forward pass; what autograd records is only `value + (x · ∂x + W · ∂W + b · ∂b)` with the second term's value taken
/// off again.
final class LinearCrossEntropy {
    /// The elements of one block of logits: small enough to stay in the outer cache through softmax.
    private static final long BLOCK = 1L << 22;

    private LinearCrossEntropy() {}

    static Tensor of(Tensor x, Tensor weight, @Nullable Tensor bias, Tensor targets) {
        boolean wantsGradient = Gradients.areOn() && (x.requiresGrad() || weight.requiresGrad() || wantsGradient(bias));
        Device device = x.device();
        DType dtype = Autocast.isOn(device) ? Autocast.dtype(device) : x.dtype();
        DType wide = dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        Tensor value;
        @Nullable Tensor gradX = null;
        @Nullable Tensor gradWeight = null;
        @Nullable Tensor gradBias = null;
        try (var scope = Scope.open("linear cross entropy");
                var _ = Gradients.off()) {
            Tensor rows = x.detach().to(dtype);
            Tensor table = weight.detach().to(dtype);
            @Nullable Tensor shift = bias == null ? null : bias.detach().to(dtype);
            Tensor counts = targets.ge(0);
            Tensor share = counts.to(wide).div(counts.sum().to(wide)).unsqueeze(1); // [rows, 1]
            Tensor safe = targets.maskedFill(counts.not(), 0).unsqueeze(1); // [rows, 1]
            Tensor logitGrads = wantsGradient
                    ? Tensors.empty(dtype, device, x.size(0), weight.size(0))
                    : Tensors.empty(dtype, device, 0);
            List<Tensor> losses = new ArrayList<>();
            long step = Math.max(1, BLOCK / Math.max(1, weight.size(0)));
            for (long from = 0; from < x.size(0); from += step) {
                long length = Math.min(step, x.size(0) - from);
                try (var block = Scope.open("linear cross entropy block")) {
                    Tensor weights = share.narrow(0, from, length);
                    Tensor target = safe.narrow(0, from, length);
                    Tensor logProbs = Functional.linear(rows.narrow(0, from, length), table, shift)
                            .to(wide)
                            .logSoftmax(-1); // [length, classes]
                    losses.add(block.keep(
                            logProbs.gather(1, target).mul(weights).sum().neg()));
                    if (wantsGradient) {
                        Tensor d = logProbs.exp().mulInPlace(weights);
                        d = d.scatter(1, target, d.gather(1, target).sub(weights));
                        logitGrads.narrow(0, from, length).copyInPlace(d);
                    }
                }
            }
            value = scope.keep(Tensors.stack(losses, 0).sum());
            if (wantsGradient && x.requiresGrad()) {
                gradX = scope.keep(Functional.linear(logitGrads, table.transpose(0, 1), null)
                        .to(x.dtype()));
            }
            if (wantsGradient && weight.requiresGrad()) {
                gradWeight = scope.keep(Functional.linear(logitGrads.transpose(0, 1), rows.transpose(0, 1), null)
                        .to(weight.dtype()));
            }
            if (bias != null && wantsGradient && bias.requiresGrad()) {
                gradBias = scope.keep(logitGrads.to(wide).sum(0, false).to(bias.dtype()));
            }
        }
        if (gradX != null) {
            value = withGradient(value, x, gradX);
        }
        if (gradWeight != null) {
            value = withGradient(value, weight, gradWeight);
        }
        if (bias != null && gradBias != null) {
            value = withGradient(value, bias, gradBias);
        }
        return value;
    }

    private static boolean wantsGradient(@Nullable Tensor tensor) {
        return tensor != null && tensor.requiresGrad();
    }

    /// {@return `value`, whose gradient with respect to `input` is `gradient`}
    private static Tensor withGradient(Tensor value, Tensor input, Tensor gradient) {
        Tensor carrier = input.mul(gradient).sum().to(value.dtype());
        return value.add(carrier.sub(carrier.detach()));
    }
}
