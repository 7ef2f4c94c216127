package dev.mokha.language.question;

import dev.mokha.language.encoder.EncoderBatch;
import dev.mokha.language.encoder.SpanModel;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finding the start and the end of the answer in a window: the mean of both cross-entropies, over windows.
///
/// @param heldOut measures the model; gives null where there is nothing to measure on
record SpanTask(SpanModel model, Supplier<@Nullable Evaluation> heldOut) implements ModelTask<List<Window>> {
    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Tensor loss(List<Window> windows) {
        var batch = EncoderBatch.packed(windows.stream().map(Window::sequence).toList());
        return model.loss(
                batch,
                windows.stream().mapToInt(Window::startPosition).toArray(),
                windows.stream().mapToInt(Window::endPosition).toArray());
    }

    @Override
    public double weight(List<Window> windows) {
        return windows.size();
    }

    @Override
    public long tokens(List<Window> windows) {
        return windows.stream().mapToLong(Window::size).sum();
    }

    @Override
    public @Nullable Evaluation evaluate() {
        return heldOut.get();
    }
}
