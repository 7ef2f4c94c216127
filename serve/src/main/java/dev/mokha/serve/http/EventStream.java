package dev.mokha.serve.http;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Server-sent events ([the standard, §9.2](https://html.spec.whatwg.org/multipage/server-sent-events.html)).
final class EventStream {
    private final OutputStream out;

    EventStream(OutputStream out) {
        this.out = out;
    }

    /// Writes an event.
    ///
    /// @param text without line breaks
    /// @throws GoneException when the caller is
    void data(String text) {
        write("data: " + text + "\n\n");
    }

    /// Writes what readers skip.
    void comment(String text) {
        write(": " + text + "\n\n");
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException | UncheckedIOException | CloseConnectionException | SocketWriterException e) {
            throw new GoneException("the caller closed the connection: " + e.getMessage());
        }
    }

    /// Sends what was written.
    void flush() {
        try {
            out.flush();
        } catch (IOException | UncheckedIOException | CloseConnectionException | SocketWriterException e) {
            throw new GoneException("the caller closed the connection: " + e.getMessage());
        }
    }
}
