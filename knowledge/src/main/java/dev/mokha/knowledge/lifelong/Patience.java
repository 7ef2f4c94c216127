package dev.mokha.knowledge.lifelong;

/// Ends training when validation stops getting better, as LKGE's program does: an epoch that is no better
/// counts one, a better one takes back five; at the limit it is over.
final class Patience {
    private static final int TAKEN_BACK = 5;

    private final int limit;
    private double best;
    private int worse;

    Patience(int limit) {
        this.limit = limit;
    }

    /// {@return whether an epoch is the best so far}
    boolean better(double figure) {
        if (best < figure) {
            best = figure;
            worse = Math.max(0, worse - TAKEN_BACK);
            return true;
        }
        worse++;
        return false;
    }

    boolean over() {
        return worse >= limit;
    }

    double best() {
        return best;
    }
}
