package dev.mokha.language.quickstart;

/// How much is trained. Measured once against the budget and then written down, so that a rerun trains
/// exactly as much as the run it continues.
///
/// @param continuedSteps steps of continued pretraining
/// @param tunedSteps steps of supervised fine-tuning
public record Plan(long continuedSteps, long tunedSteps) {
    static final int CONTEXT = 256;
    static final int BATCH = 16;
    static final int CHAT_BATCH = 8;

    /// More than two passes over the Arabic text bring little.
    private static final long MOST_CONTINUED = 900;

    private static final long MOST_TUNED = 200;

    /// The share of the time for training that fine-tuning gets. A batch of conversations is half as large.
    private static final double TUNED_SHARE = 0.15;

    public Plan {
        if (continuedSteps < 1 || tunedSteps < 1) {
            throw new IllegalArgumentException(
                    "a plan trains at least one step of each, not " + continuedSteps + " and " + tunedSteps);
        }
    }

    /// {@return as much as fits into a time}
    static Plan within(double seconds, double secondsPerStep) {
        double perTuned = secondsPerStep * CHAT_BATCH / BATCH;
        return new Plan(
                clamp((1 - TUNED_SHARE) * seconds / secondsPerStep, MOST_CONTINUED),
                clamp(TUNED_SHARE * seconds / perTuned, MOST_TUNED));
    }

    private static long clamp(double steps, long most) {
        return Math.max(20, Math.min(most, (long) steps));
    }
}
