package dev.mokha.tensor;

import org.bytedeco.pytorch.GradMode;

/// Switches the recording of operations for [Tensor#backward] off and on again, on this thread.
///
/// ```java
/// try (var off = Gradients.off()) {
///     return model.forward(tokens);
/// }
/// ```
public final class Gradients implements AutoCloseable {
    private final boolean before;
    private final Thread owner = Thread.currentThread();

    private Gradients(boolean enabled) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException(
                    "gradient mode belongs to an OS thread and would leak from a virtual thread");
        }
        Engine.start();
        this.before = GradMode.is_enabled();
        GradMode.set_enabled(enabled);
    }

    /// Operations are not recorded until the result is closed.
    public static Gradients off() {
        return new Gradients(false);
    }

    /// Operations are recorded until the result is closed: undoes an outer [#off], as activation checkpointing needs.
    public static Gradients on() {
        return new Gradients(true);
    }

    /// {@return whether operations are recorded now, on this thread}
    public static boolean areOn() {
        Engine.start();
        return GradMode.is_enabled();
    }

    /// Restores the mode that stood before.
    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("gradient mode was switched on thread '" + owner.getName()
                    + "', restored on '" + Thread.currentThread().getName() + "'");
        }
        GradMode.set_enabled(before);
    }
}
