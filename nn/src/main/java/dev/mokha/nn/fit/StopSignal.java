package dev.mokha.nn.fit;

import java.util.concurrent.atomic.AtomicBoolean;

/// Asks a running fit, from any thread, to finish its step, write a checkpoint and return.
public final class StopSignal {
    private final AtomicBoolean raised = new AtomicBoolean();

    /// Asks to stop. Asking twice is asking once.
    public void raise() {
        raised.set(true);
    }

    /// {@return whether someone asked to stop}
    public boolean isRaised() {
        return raised.get();
    }
}
