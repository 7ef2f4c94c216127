package dev.mokha.serve.schedule;

import java.util.ArrayList;
import java.util.List;

/// A job between its admission and its end.
final class LiveJob {
    private final Job job;
    private final List<Sequence> sequences = new ArrayList<>();
    private int branches;
    private long started = -1;
    private long firstToken = -1;
    private long lastToken = -1;
    private int cachedTokens;
    private int newTokens;
    private int preemptions;
    private int charged;
    private boolean cancelled;
    private boolean held;

    LiveJob(Job job) {
        this.job = job;
    }

    Job job() {
        return job;
    }

    /// Those that have not ended.
    List<Sequence> sequences() {
        return sequences;
    }

    void add(Sequence sequence) {
        sequences.add(sequence);
        branches++;
    }

    /// The number of the next branch.
    int nextBranch() {
        return branches;
    }

    boolean isQueued() {
        return started < 0;
    }

    /// Whether it holds places in a step.
    boolean isRunning() {
        return sequences.stream().anyMatch(Sequence::running);
    }

    void start(long now, int cachedTokens) {
        this.started = now;
        this.cachedTokens = cachedTokens;
    }

    long started() {
        return started;
    }

    int cachedTokens() {
        return cachedTokens;
    }

    void tokens(int count, long now) {
        if (count > 0) {
            firstToken = firstToken < 0 ? now : firstToken;
            lastToken = now;
            newTokens += count;
        }
    }

    int newTokens() {
        return newTokens;
    }

    long firstToken() {
        return firstToken;
    }

    void preempted() {
        preemptions++;
    }

    int preemptions() {
        return preemptions;
    }

    /// How many of the positions up to here were never computed for this job before: only those are its
    /// tenant's doing.
    int charge(int upTo) {
        int fresh = Math.max(0, Math.min(upTo, job.prompt().length()) - charged);
        charged += fresh;
        return fresh;
    }

    /// Positions that came from the cache cost nothing.
    void spare(int upTo) {
        charged = Math.max(charged, upTo);
    }

    /// Whether branches wait for others that are not in memory.
    boolean isHeld() {
        return held;
    }

    void held(boolean held) {
        this.held = held;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    Ended end(Ended.Reason reason) {
        return new Ended(
                job, reason, new Ended.Account(started, cachedTokens, firstToken, newTokens, lastToken, preemptions));
    }
}
