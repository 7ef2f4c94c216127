package dev.mokha.serve.schedule;

import org.jspecify.annotations.Nullable;

/// The job whose first token is due first, first; those that cannot be on time any more come last or are
/// dropped, so that they do not make others late too: what counts is how many are on time (goodput,
/// [Zhong et al. 2024](https://arxiv.org/abs/2401.09670)).
public final class EarliestDeadline implements Policy {
    private final @Nullable CostModel cost;
    private final boolean dropping;

    /// @param cost to foresee the time of a prompt; without one a job is late only when its time is over
    /// @param dropping whether who is late before it began is dropped
    public EarliestDeadline(@Nullable CostModel cost, boolean dropping) {
        this.cost = cost;
        this.dropping = dropping;
    }

    @Override
    public double rank(Sequence sequence, long now) {
        long due = due(sequence);
        if (due == Long.MAX_VALUE) {
            return 0x1p62 + sequence.job().arrival() * 0x1p-10; // behind all that are due, before none that is late
        }
        return late(sequence, now) ? 0x1p63 + sequence.job().arrival() * 0x1p-10 : due;
    }

    @Override
    public boolean drops(Sequence sequence, long now) {
        return dropping && late(sequence, now);
    }

    private static long due(Sequence sequence) {
        Job job = sequence.job();
        return job.targets().due(job.arrival(), sequence.generated());
    }

    private boolean late(Sequence sequence, long now) {
        long due = due(sequence);
        if (due == Long.MAX_VALUE) {
            return false;
        }
        long needs = cost == null
                ? 0
                : cost.nanos(StepShape.EMPTY.withPrefill(sequence.computed(), Math.max(1, sequence.remaining())));
        return now + needs > due;
    }
}
