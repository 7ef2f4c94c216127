package dev.mokha.serve.http;

import io.helidon.common.buffers.DataReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whether the other end of a connection is still there while it is answered.
///
/// HTTP tells nobody that a caller left, but reading from the connection does. So a thread waits there for
/// what comes next: the end, or the next request's first bytes, which stay in the connection's buffer. It has
/// the connection's reader to itself until then, hence [#end], which the request's own thread calls where it
/// would have begun to wait for the next request itself. For HTTP/1.1.
final class Presence {
    /// A connection that is silent for so long is closed.
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final DataReader connection;
    private volatile boolean gone;
    private volatile boolean answered;
    private volatile @Nullable Thread watcher;

    /// @param connection of a request whose body is read
    Presence(DataReader connection) {
        this.connection = connection;
    }

    /// Begins to watch.
    void watch() {
        watcher = Thread.ofVirtual().name("mokha-presence").start(() -> {
            try {
                connection.ensureAvailable();
            } catch (RuntimeException _) { // the end, or a connection that broke
                gone = true;
            }
        });
    }

    boolean isThere() {
        return !gone;
    }

    /// {@return whether the answer was sent}
    boolean isAnswered() {
        return answered;
    }

    /// The answer was sent: waits for the next request or the end of the connection.
    ///
    /// @param last whether there will be no next
    void end(boolean last) {
        answered = true;
        if (last) {
            close();
        }
        @Nullable Thread watching = watcher;
        try {
            if (watching != null && !watching.join(SILENCE)) {
                close();
                watching.join();
            }
        } catch (InterruptedException _) { // the server stops
            close();
            Thread.currentThread().interrupt();
        }
    }

    /// Closes the connection, where it is watched: a virtual thread that is interrupted while it reads does
    /// that.
    void close() {
        @Nullable Thread watching = watcher;
        if (watching != null) {
            watching.interrupt();
        }
    }
}
