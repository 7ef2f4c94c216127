package dev.mokha.nn;

import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Activation checkpointing, [Chen et al. 2016](https://arxiv.org/abs/1604.06174): of a stack of blocks
/// only each
/// block's input is kept, and the rest is computed again when its gradient is due. A third more work, for
/// memory that
/// no longer grows with what happens inside a block.
///
/// The gradients are known by the time [#loss] returns. The loss it returns carries them: its own
/// `backward` adds
/// them, times whatever the loss was multiplied with, to the parameters. So it is used like any other loss.
public final class Checkpointed {
    private final List<? extends UnaryOperator<Tensor>> blocks;
    private final Params params;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<byte[]> streams = new ArrayList<>();

    private Checkpointed(List<? extends UnaryOperator<Tensor>> blocks, Params params) {
        this.blocks = blocks;
        this.params = params;
    }

    /// The loss `head(blocks(x))`. Equal in value and gradients to computing it plainly; that is also
    /// what is done
    /// while gradients are off or a [Probe] is bound, which would see the blocks run twice.
    ///
    /// @param x what goes into the first block, such as embeddings `[batch, time, hidden]`, with its history
    /// @param blocks each a function of its input, of the parameters, and of draws from the tree's own stream
    /// @param head from the last block's output to a scalar
    /// @param params the tree whose parameters the blocks and the head use
    /// @return a scalar
    public static Tensor loss(
            Tensor x, List<? extends UnaryOperator<Tensor>> blocks, UnaryOperator<Tensor> head, Params params) {
        if (!Gradients.areOn() || Tap.PROBE.isBound()) {
            Tensor hidden = x;
            for (var block : blocks) {
                hidden = block.apply(hidden);
            }
            return head.apply(hidden);
        }
        return new Checkpointed(blocks, params).loss(x, head);
    }

    private Tensor loss(Tensor x, UnaryOperator<Tensor> head) {
        var aside = Aside.of(params.trainable());
        Tensor value;
        @Nullable Tensor gradX;
        Map<Tensor, Tensor> found;
        try (var scope = Scope.open("checkpointed loss")) {
            Tensor output = forward(x).requiresGrad(true);
            Tensor loss = head.apply(output);
            value = scope.keep(loss.detach());
            loss.backward();
            byte[] after = params.rng().state();
            Tensor gradient = Objects.requireNonNull(output.grad(), "the head does not depend on its input");
            for (int i = blocks.size() - 1; i >= 0; i--) {
                gradient = backward(i, gradient);
            }
            params.rng().restore(after);
            gradX = x.requiresGrad() ? scope.keep(gradient) : null;
            found = aside.swap(scope);
        }
        Tensor carrying = gradX == null ? value : carry(value, x, gradX);
        for (var entry : found.entrySet()) {
            carrying = carry(carrying, entry.getKey(), entry.getValue());
        }
        return carrying;
    }

    /// Runs the blocks without recording, and remembers what each began with.
    ///
    /// @param x `[batch, time, hidden]`, or whatever the first block takes
    /// @return what the last block gives, `[batch, time, hidden]` of a transformer
    private Tensor forward(Tensor x) {
        Tensor hidden = x.detach();
        try (var _ = Gradients.off()) {
            for (var block : blocks) {
                inputs.add(hidden);
                streams.add(params.rng().state());
                try (var scope = Scope.open("checkpointed block")) {
                    hidden = scope.keep(block.apply(hidden).detach());
                }
            }
        }
        // Autocast remembers the weights it converted here, without their history, and would use them again.
        Autocast.forgetWeights();
        return hidden;
    }

    /// Runs one block again, recording, and sends the gradient of its output through it.
    ///
    /// @return the gradient of its input
    private Tensor backward(int block, Tensor upstream) {
        params.rng().restore(streams.get(block));
        try (var scope = Scope.open("checkpointed block again")) {
            Tensor input = inputs.get(block).detach().requiresGrad(true);
            blocks.get(block).apply(input).backward(upstream);
            return scope.keep(Objects.requireNonNull(input.grad(), "block " + block + " does not depend on its input"));
        }
    }

    /// {@return `value`, whose gradient with respect to `input` is `gradient` besides}
    private static Tensor carry(Tensor value, Tensor input, Tensor gradient) {
        Tensor carrier = input.mul(gradient).sum().to(DType.FLOAT32);
        return value.add(carrier.sub(carrier.detach()));
    }

    /// Gradients that stood before and must not be mixed with those found here.
    ///
    /// @param parameters all that may get gradients
    /// @param before copies of those gradients that were there
    private record Aside(Map<String, Tensor> parameters, Map<String, Tensor> before) {
        static Aside of(Map<String, Tensor> parameters) {
            var before = new LinkedHashMap<String, Tensor>();
            parameters.forEach((name, parameter) -> {
                Tensor grad = parameter.grad();
                if (grad != null) {
                    before.put(name, grad.copy());
                    grad.fillInPlace(0);
                }
            });
            return new Aside(parameters, before);
        }

        /// {@return the gradients that were added since, let out of `scope`; those from before are back
        /// in place}
        Map<Tensor, Tensor> swap(Scope scope) {
            var found = new LinkedHashMap<Tensor, Tensor>();
            parameters.forEach((name, parameter) -> {
                Tensor grad = parameter.grad();
                if (grad == null) {
                    return;
                }
                Tensor earlier = before.get(name);
                if (earlier == null) {
                    found.put(parameter, scope.keep(grad));
                    parameter.clearGrad();
                } else {
                    found.put(parameter, scope.keep(grad.copy()));
                    grad.copyInPlace(earlier);
                }
            });
            return found;
        }
    }
}
