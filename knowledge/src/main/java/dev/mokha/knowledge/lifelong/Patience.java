package dev.mokha.knowledge.lifelong;

/// Counts what [Stopping] counts.
final class Patience {
    private final Stopping stopping;
    private double best;
    private int worse;

    Patience(Stopping stopping) {
        this.stopping = stopping;
    }

    /// {@return whether an epoch is the best so far}
    boolean better(double figure) {
        if (best < figure) {
            best = figure;
            worse = Math.max(0, worse - stopping.takenBack());
            return true;
        }
        worse++;
        return false;
    }

    /// {@return whether it is over after so many epochs}
    boolean over(int epochs) {
        return epochs >= stopping.minimum() && worse >= stopping.patience();
    }

    double best() {
        return best;
    }

    int worse() {
        return worse;
    }

    void resume(double best, int worse) {
        this.best = best;
        this.worse = worse;
    }
}
