package dev.mokha.serve.schedule;

/// What a job's user calls fast enough, in nanoseconds.
///
/// @param firstToken from arrival to the first token
/// @param perToken from then on, the mean time of each further token
public record Targets(long firstToken, long perToken) {
    private static final long NEVER = Long.MAX_VALUE;

    /// Anything is fast enough.
    public static final Targets NONE = new Targets(NEVER, NEVER);

    public Targets {
        if (firstToken < 1 || perToken < 1) {
            throw new IllegalArgumentException(
                    "targets are at least a nanosecond, not " + firstToken + " and " + perToken);
        }
    }

    /// {@return when a token is due; `Long.MAX_VALUE` for never}
    ///
    /// @param arrival of the job
    /// @param token 0 for the first
    public long due(long arrival, int token) {
        boolean ever = token == 0 ? firstToken != NEVER : firstToken != NEVER && perToken != NEVER;
        return ever ? arrival + firstToken + token * perToken : NEVER;
    }
}
