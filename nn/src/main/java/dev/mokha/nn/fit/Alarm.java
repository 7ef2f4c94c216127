package dev.mokha.nn.fit;

/// When a step counts as divergence, and what to do about it. A loss or gradient norm that is not a number or
/// infinite always rings; so does one above a multiple of its running median, where that is positive.
///
/// @param lossFactor rings above this multiple of the median loss; infinite for never
/// @param normFactor rings above this multiple of the median gradient norm; infinite for never
/// @param window over how many of the latest good steps the medians run; they are silent until it is full
/// @param reaction what to do
/// @param patience after this many alarms without a good step between them, the fit stops
public record Alarm(double lossFactor, double normFactor, int window, Reaction reaction, int patience) {
    /// What to do about a bad step. In no case are its gradients applied.
    public enum Reaction {
        /// End the fit.
        STOP,
        /// Go on with the next batch.
        SKIP,
        /// Go back to the last checkpoint, and on with the next batch.
        ROLLBACK
    }

    public Alarm {
        if (!(lossFactor > 1) || !(normFactor > 1)) {
            throw new IllegalArgumentException("alarm factors must be above 1, were " + lossFactor
                    + " for the loss and " + normFactor + " for the gradient norm");
        }
        if (window < 1 || patience < 1) {
            throw new IllegalArgumentException(
                    "the alarm's window and patience must be at least 1, were " + window + " and " + patience);
        }
    }

    /// Rings only for a loss or norm that is not finite; skips such batches, and stops after ten in a row.
    public static Alarm finite() {
        return new Alarm(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 100, Reaction.SKIP, 10);
    }

    /// Also rings for a loss above three times its median over 100 steps; goes back to the last checkpoint.
    public static Alarm careful() {
        return new Alarm(3, Double.POSITIVE_INFINITY, 100, Reaction.ROLLBACK, 3);
    }
}
