package dev.mokha.knowledge.lifelong;

/// When training on a snapshot ends: an epoch whose validation is no better than the best counts one, a
/// better one takes some back; at the limit it is over.
///
/// @param patience the limit
/// @param takenBack how many a better epoch takes back; [#ALL] for all
/// @param minimum so many epochs are run in any case
public record Stopping(int patience, int takenBack, int minimum) {
    /// A better epoch begins the count anew.
    public static final int ALL = Integer.MAX_VALUE;

    /// LKGE's program: three, of which a better epoch takes back five, so that all are gone.
    public static final Stopping LKGE = new Stopping(3, 5, 0);

    public Stopping {
        require(patience, "patience");
        require(takenBack, "takenBack");
        if (minimum < 0) {
            throw new IllegalArgumentException("minimum is 0 or more epochs, not " + minimum);
        }
    }

    static void require(int number, String name) {
        if (number < 1) {
            throw new IllegalArgumentException(name + " is 1 or more, not " + number);
        }
    }
}
