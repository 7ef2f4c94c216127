package dev.mokha.cli;

import dev.mokha.nn.fit.StopSignal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/// While open, the first Ctrl-C (or a `kill`) asks for a clean stop, and the second ends the program at once.
final class Interrupts implements AutoCloseable {
    private final List<Handler> handlers = new ArrayList<>();

    private record Handler(String signal, @Nullable Object before) {}

    private Interrupts() {}

    /// Lets signals raise `stop` until closed.
    static Interrupts raising(StopSignal stop, PrintWriter err) {
        return of(() -> {
            if (stop.isRaised()) {
                Runtime.getRuntime().halt(Main.INTERRUPTED);
            }
            stop.raise();
            err.println();
            err.println("stopping after this step, with a checkpoint; once more to quit at once");
            err.flush();
        });
    }

    /// Lets each signal do this until closed.
    static Interrupts of(Runnable arrived) {
        var interrupts = new Interrupts();
        for (String signal : List.of("INT", "TERM")) {
            interrupts.handlers.add(new Handler(signal, Signals.register(signal, arrived)));
        }
        return interrupts;
    }

    @Override
    public void close() {
        for (Handler handler : handlers) {
            if (handler.before != null) {
                Signals.unregister(handler.signal, handler.before);
            }
        }
    }
}
