package dev.mokha.cli;

import dev.mokha.nn.fit.Fit;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that every training takes alike. How often it evaluates and writes checkpoints, and its
/// seed, are
/// beside these in each verb, as their defaults and what they draw differ.
final class FitOptions {
    /// What a run may be gone on with differently: its weights at a step do not depend on them.
    static final Set<String> FREE = Set.of("--budget", "--checkpoint-every", "--evaluate-every");

    @Option(names = "--precision", defaultValue = "float32", description = "Of products: ${COMPLETION-CANDIDATES}.")
    private Fit.Precision precision;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Stop after this time, such as 10m or 1h30m.")
    private @Nullable Duration budget;

    Fit.Precision precision() {
        return precision;
    }

    @Nullable
    Duration budget() {
        return budget;
    }
}
