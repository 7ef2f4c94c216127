package dev.mokha.language.recipe;

import dev.mokha.nn.fit.Task.Evaluation;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is watched on held-out batches, `loss` among it.
///
/// @param <B> a batch of examples
public interface Figures<B> {
    /// Reads one more batch.
    void add(B batch);

    /// {@return the means over all examples read, by name}
    Map<String, Double> means();

    /// {@return these figures of batches that are made one after the other, without gradients; null of none}
    default @Nullable Evaluation over(List<Supplier<B>> batches) {
        if (batches.isEmpty()) {
            return null;
        }
        for (Supplier<B> next : batches) {
            try (var _ = Scope.open("held-out examples");
                    var _ = Gradients.off()) {
                add(next.get());
            }
        }
        Map<String, Double> means = means();
        return new Evaluation(means.getOrDefault("loss", Double.NaN), means);
    }
}
