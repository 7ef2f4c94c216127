package dev.mokha.nn.fit;

import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is trained: parameters, and a loss to lower. Everything else about a training run is in [Fit].
///
/// @param <B> a batch of examples
public interface Task<B> {
    /// {@return all parameters by name: what a checkpoint holds. Those that ask for gradients are trained}
    Map<String, Tensor> parameters();

    /// {@return the loss of a batch, a scalar: its mean over whatever [#weight] counts}
    Tensor loss(B batch);

    /// {@return how much a batch counts among those accumulated into one step, such as its number of labelled tokens}
    default double weight(B batch) {
        return 1;
    }

    /// {@return the number of tokens in a batch, for the speed shown; 0 where that means nothing}
    default long tokens(B batch) {
        return 0;
    }

    /// {@return the random streams that [#loss] draws from, by name: saved with every checkpoint}
    default Map<String, Rng> streams() {
        return Map.of();
    }

    /// {@return more about the losses computed since the last call, by name: written beside the loss of a step}
    default Map<String, Double> figures() {
        return Map.of();
    }

    /// Switches dropout and the like: on before training steps, off before [#evaluate].
    default void training(boolean on) {}

    /// Measures the model on held-out data, without gradients.
    ///
    /// @return null where there is nothing to measure
    default @Nullable Evaluation evaluate() {
        return null;
    }

    /// What an evaluation found.
    ///
    /// @param score what decides which checkpoint is best: lower is better
    /// @param figures everything measured, by name, for the metrics file
    record Evaluation(double score, Map<String, Double> figures) {
        public Evaluation {
            figures = Map.copyOf(figures);
        }

        /// A held-out loss that is also the score.
        public static Evaluation ofLoss(double loss) {
            return new Evaluation(loss, Map.of("loss", loss));
        }
    }
}
