package dev.mokha.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/// While open, the first Ctrl-C interrupts a thread, which ends the answer it is giving; the second ends the program.
final class Interruption implements AutoCloseable {
    private final AtomicBoolean happened = new AtomicBoolean();
    private final @Nullable Object before;

    private Interruption(Thread thread) {
        this.before = Signals.register("INT", () -> {
            if (happened.getAndSet(true)) {
                Runtime.getRuntime().halt(Main.INTERRUPTED);
            }
            thread.interrupt();
        });
    }

    static Interruption of(Thread thread) {
        return new Interruption(thread);
    }

    /// {@return whether there was one}
    boolean happened() {
        return happened.get();
    }

    @Override
    public void close() {
        if (before != null) {
            Signals.unregister("INT", before);
        }
    }
}
