package dev.mokha.serve.encode;

import java.time.Duration;

/// Hears of passes.
@FunctionalInterface
public interface PassListener {
    /// A pass is over.
    ///
    /// @param size how much was read in it
    void passed(ServedEncoder encoder, Size size, Duration time);

    /// How much a pass reads.
    record Size(int sequences, int tokens) {}
}
