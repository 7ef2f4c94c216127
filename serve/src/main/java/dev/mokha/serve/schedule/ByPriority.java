package dev.mokha.serve.schedule;

/// The greater priority first, also against a long prompt that is being computed; who waits gains a level now
/// and then, so nobody waits for ever.
///
/// All gain alike, so the order of two jobs never changes: `arrival − priority · agingNanos`, the smaller
/// first. A job is overtaken only by those that come at most `agingNanos` a level later.
public final class ByPriority implements Policy {
    private final long agingNanos;
    private final boolean displacing;

    /// @param agingNanos that gain a level
    /// @param displacing whether a job takes the place of one of less priority that runs, when there
    ///     is no other
    public ByPriority(long agingNanos, boolean displacing) {
        if (agingNanos < 1) {
            throw new IllegalArgumentException("a level is gained in a nanosecond at least, not " + agingNanos);
        }
        this.agingNanos = agingNanos;
        this.displacing = displacing;
    }

    @Override
    public double rank(Sequence sequence, long now) {
        return sequence.job().arrival() - (double) sequence.job().priority() * agingNanos;
    }

    @Override
    public boolean displaces(Job waiting, Job running) {
        return displacing && waiting.priority() > running.priority();
    }
}
