package dev.mokha.cli;

import dev.mokha.language.generate.Dry;
import dev.mokha.language.generate.DryBreakers;
import dev.mokha.language.generate.Penalties;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What makes tokens that have been said less likely.
final class PenaltyOptions {
    @Option(names = "--repetition-penalty", description = "Above 1 makes what was said less likely.")
    private @Nullable Double repetition;

    @Option(names = "--presence-penalty", defaultValue = "0", description = "Off the logits of what the answer has.")
    private double presence;

    @Option(names = "--frequency-penalty", defaultValue = "0", description = "The same, for each time it has it.")
    private double frequency;

    @Option(names = "--penalty-window", defaultValue = "0", description = "Only the last so many tokens; 0 for all.")
    private int window;

    @Option(
            names = "--dry-multiplier",
            defaultValue = "0",
            description = "Above 0 makes what would lengthen a repetition less likely (DRY).")
    private double multiplier;

    @Option(names = "--dry-base", defaultValue = "1.75", description = "How fast that grows with its length.")
    private double base;

    @Option(names = "--dry-allowed-length", defaultValue = "2", description = "A repetition so long costs nothing yet.")
    private int allowedLength;

    @Option(names = "--dry-window", defaultValue = "0", description = "DRY looks at the last so many; 0 for all.")
    private int dryWindow;

    @Option(
            names = "--dry-breaker",
            paramLabel = "TEXT",
            description =
                    "No repetition reaches over it. Repeat for several; line break, colon, quote, asterisk if none.")
    private List<String> breakers = DryBreakers.USUAL;

    Sampling on(Sampling sampling, Tokenizer tokenizer) {
        double repeated = repetition == null ? sampling.penalties().repetition() : repetition;
        Sampling with = sampling.withPenalties(new Penalties(repeated, presence, frequency, window));
        return multiplier == 0
                ? with
                : with.withDry(
                        new Dry(multiplier, base, allowedLength, dryWindow, DryBreakers.of(tokenizer, breakers)));
    }
}
