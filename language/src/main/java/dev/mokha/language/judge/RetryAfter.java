package dev.mokha.language.judge;

import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/// The header that says how long to wait,
/// [RFC 9110, §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3): seconds, or a date.
final class RetryAfter {
    private RetryAfter() {}

    /// {@return the wait; none for a header that is absent, past or not understood}
    static Duration read(String header, Clock clock) {
        String text = header.strip();
        try {
            if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
                return Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * 1000));
            }
            Duration wait =
                    Duration.between(clock.instant(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException _) {
            return Duration.ZERO;
        }
    }
}
