package dev.mokha.serve.draft;

/// How often drafts were right lately: the chance that a draft is right behind one that was.
///
/// Old drafts count less and less, and before the first the chance is taken to be 0.7.
public final class Acceptance {
    private static final double DECAY = 0.9;
    private static final double BEFORE = 0.7;
    private static final double BEFORE_COUNTS = 2;

    private double right;
    private double tried;

    /// Learns from a row of drafts.
    ///
    /// @param drafted tokens that followed each other
    /// @param accepted of them, from the first on
    public void learn(int drafted, int accepted) {
        if (drafted > 0) {
            right = DECAY * right + accepted;
            tried = DECAY * tried + Math.min(drafted, accepted + 1);
        }
    }

    /// {@return the chance, between 0 and 1}
    public double chance() {
        return (right + BEFORE * BEFORE_COUNTS) / (tried + BEFORE_COUNTS);
    }
}
