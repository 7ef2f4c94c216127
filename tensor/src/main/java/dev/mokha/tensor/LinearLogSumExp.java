package dev.mokha.tensor;

import java.util.ArrayList;
import java.util.List;

/// The fused sum of [Functional#linearLogSumExp].
///
/// With `P = softmax(x Wᵀ)` the gradients are `∂x = v · P W` and `∂W = Pᵀ (v · x)`: weights never touch the
/// scores themselves, so a block of them is written twice and read four times, in the narrow type under
/// autocast.
final class LinearLogSumExp {
    /// The elements of one block of scores: small enough to stay in the outer cache.
    private static final long BLOCK = 1L << 22;

    private LinearLogSumExp() {}

    static Tensor of(Tensor x, Tensor weight, Tensor shares) {
        boolean wantsGradient = Gradients.areOn() && (x.requiresGrad() || weight.requiresGrad());
        Device device = x.device();
        DType narrow = Autocast.isOn(device) ? Autocast.dtype(device) : x.dtype();
        DType wide = narrow == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
        Tensor value;
        Tensor gradX;
        Tensor gradWeight;
        try (var scope = Scope.open("linear log-sum-exp");
                var _ = Gradients.off();
                var _ = Autocast.off(device)) {
            Tensor rows = x.detach().to(narrow);
            Tensor table = weight.detach().to(narrow);
            Tensor share = shares.detach().to(wide).unsqueeze(1); // [rows, 1]
            Tensor shared = x.detach().to(wide).mul(share).to(narrow); // [rows, hidden]
            gradX = Tensors.zeros(wide, device, wantsGradient ? x.shape() : new long[] {0});
            gradWeight = Tensors.zeros(wide, device, wantsGradient ? weight.shape() : new long[] {0});
            List<Tensor> sums = new ArrayList<>();
            sums.add(Tensors.zeros(wide, device));
            long step = Math.max(1, BLOCK / Math.max(1, weight.size(0)));
            for (long from = 0; from < x.size(0); from += step) {
                long length = Math.min(step, x.size(0) - from);
                try (var block = Scope.open("linear log-sum-exp block")) {
                    Tensor part = share.narrow(0, from, length);
                    Tensor scores = Functional.linear(rows.narrow(0, from, length), table, null); // [length, classes]
                    Tensor highest = scores.max(-1, true).to(wide);
                    Tensor probs = scores.softmax(-1);
                    // The likeliest class's probability never rounds to 0.
                    Tensor logs = highest.sub(probs.max(-1, true).to(wide).log()); // [length, 1]
                    sums.add(block.keep(logs.mul(part).sum()));
                    if (wantsGradient) {
                        Tensor pulled = Functional.linear(probs, table.transpose(0, 1), null); // [length, hidden]
                        gradX.narrow(0, from, length)
                                .copyInPlace(pulled.to(wide).mul(part));
                        gradWeight.addInPlace(probs.transpose(0, 1).matmul(shared.narrow(0, from, length)), 1);
                    }
                }
            }
            value = scope.keep(Tensors.stack(sums, 0).sum());
            scope.keep(gradX);
            scope.keep(gradWeight);
        }
        if (wantsGradient && x.requiresGrad()) {
            value = withGradient(value, x, gradX);
        }
        if (wantsGradient && weight.requiresGrad()) {
            value = withGradient(value, weight, gradWeight);
        }
        return value;
    }

    /// {@return `value`, whose gradient with respect to `input` is `gradient`}
    private static Tensor withGradient(Tensor value, Tensor input, Tensor gradient) {
        try (var scope = Scope.open("carrier");
                var _ = Autocast.off(input.device())) {
            Tensor carrier = input.reshape(-1)
                    .matmul(gradient.to(input.dtype()).reshape(-1))
                    .to(value.dtype());
            return scope.keep(value.add(carrier.sub(carrier.detach())));
        }
    }
}
