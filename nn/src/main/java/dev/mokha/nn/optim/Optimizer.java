package dev.mokha.nn.optim;

import dev.mokha.tensor.Tensor;
import java.util.Map;

/// Applies gradients to a fixed set of named parameters, and remembers what it needs between steps.
///
/// The parameters stay the caller's; the optimiser's own tensors live until [#close].
public sealed interface Optimizer extends AutoCloseable permits AdamW, Adam, Adagrad, Sgd {
    /// Applies the gradients with a learning rate, and forgets them.
    default void step(double rate) {
        step(rate, 1);
    }

    /// Applies the gradients, each multiplied with `gradScale` first (clipping by norm is such a factor),
    /// and forgets them. Parameters without a gradient stay as they are.
    void step(double rate, double gradScale);

    /// {@return the parameters that this optimiser changes, by name}
    Map<String, Tensor> parameters();

    /// {@return the optimiser's own tensors by name, for a checkpoint: live, not copies}
    Map<String, Tensor> state();

    /// Continues where [#state] was read, given tensors of the same names and shapes, which are copied.
    ///
    /// @throws IllegalArgumentException when a name is missing or a shape differs
    void restore(Map<String, Tensor> state);

    /// Frees the optimiser's own tensors.
    @Override
    void close();
}
