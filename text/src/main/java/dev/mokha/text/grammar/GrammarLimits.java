package dev.mokha.text.grammar;

import java.time.Duration;

/// How much a grammar may cost to compile. What exceeds a limit is refused with a {@link GrammarException}.
///
/// @param instructions how many instructions the program may have
/// @param nesting how deep brackets, groups and schemas may stand in each other
/// @param states how many states a deterministic automaton over characters may have, where one is needed
/// @param time how long a compilation may take
public record GrammarLimits(int instructions, int nesting, int states, Duration time) {
    /// A million instructions, 200 levels, 20,000 states, 10 seconds.
    public static final GrammarLimits DEFAULT = new GrammarLimits(1_000_000, 200, 20_000, Duration.ofSeconds(10));

    /// Checks the numbers.
    public GrammarLimits {
        if (instructions < 1 || nesting < 1 || states < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("limits are positive, these are instructions " + instructions
                    + ", nesting " + nesting + ", states " + states + ", time " + time);
        }
    }
}
