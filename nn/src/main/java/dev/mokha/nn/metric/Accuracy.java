package dev.mokha.nn.metric;

import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;

/// The share of positions whose likeliest class is the right one.
public final class Accuracy {
    private final long ignored;
    private long right;
    private long counted;

    /// @param ignored the label of positions that do not count, such as -100
    public Accuracy(long ignored) {
        this.ignored = ignored;
    }

    /// Counts positions labelled -100 as absent, as PyTorch's loss does.
    public Accuracy() {
        this(-100);
    }

    /// Takes a batch in.
    ///
    /// @param logits `[..., classes]`
    /// @param labels `[...]`, integers
    public void add(Tensor logits, Tensor labels) {
        try (var _ = Scope.open("accuracy");
                var _ = Gradients.off()) {
            Tensor counts = labels.ne((double) ignored);
            right += logits.argmax(-1).eq(labels).and(counts).sum().itemLong();
            counted += counts.sum().itemLong();
        }
    }

    /// {@return the share in [0, 1]; NaN when nothing was counted}
    public double value() {
        return (double) right / counted;
    }

    /// {@return the number of positions that counted}
    public long count() {
        return counted;
    }
}
