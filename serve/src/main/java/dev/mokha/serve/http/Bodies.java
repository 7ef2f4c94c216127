package dev.mokha.serve.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/// Reads the bodies of requests.
///
/// @param most bytes of one
record Bodies(int most) {
    private static final long MOST_READ_AWAY = 64L << 20;

    /// About so many bytes of a body are a token: few, so that the estimate is rather too large.
    private static final int BYTES_A_TOKEN = 4;

    /// {@return about how many tokens a body has, at least 1}
    static int tokens(byte[] body) {
        return body.length / BYTES_A_TOKEN + 1;
    }

    byte[] read(ServerRequest request, ServerResponse response) throws IOException {
        Optional<String> type = request.headers().first(HeaderNames.CONTENT_TYPE);
        if (!type.orElse("").toLowerCase(Locale.ROOT).matches("application/json *(;.*)?")) {
            throw ApiException.of(
                    415, "unsupported_media_type", "the body must be JSON; send `Content-Type: application/json`");
        }
        byte[] body = new byte[0];
        long length = request.headers().contentLength().orElse(0);
        boolean tooLong = length > most;
        if (request.content().hasEntity()) {
            try (InputStream in = request.content().inputStream()) {
                body = tooLong ? body : in.readNBytes(most + 1);
                tooLong |= body.length > most;
                if (tooLong) {
                    readAway(in);
                }
            }
        }
        if (tooLong) {
            response.header(HeaderNames.CONNECTION, "close");
            throw ApiException.of(413, "body_too_large", "the body is longer than " + most + " bytes; send less");
        }
        return body;
    }

    /// Reads what still comes, up to a bound: who is still sending when the connection closes gets a reset in
    /// place of the answer.
    private static void readAway(InputStream in) throws IOException {
        byte[] some = new byte[1 << 16];
        for (long left = MOST_READ_AWAY; left > 0; left -= some.length) {
            if (in.read(some) < 0) {
                return;
            }
        }
    }
}
