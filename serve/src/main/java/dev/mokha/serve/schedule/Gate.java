package dev.mokha.serve.schedule;

/// Decides who may wait, in constant time and on any thread: a server asks it before it reads a request any
/// further, not the engine's thread, which may be in the middle of a step.
public final class Gate {
    /// The first wish, and the bounds of all others.
    private static final long SECOND = 1_000_000_000L;

    private static final long LONGEST = 600 * SECOND;

    /// So long ago counts 1/e of now.
    private static final double MEMORY = 30.0 * SECOND;

    private final QueueLimits limits;
    private int requests;
    private long promptTokens;
    private boolean closed;

    // Decaying sums of what left the queue, and of the time it took.
    private double leftRequests;
    private double leftTokens;
    private double time;
    private long lastLeft = Long.MIN_VALUE;

    public Gate(QueueLimits limits) {
        this.limits = limits;
    }

    /// Asks for a place in the queue; whoever has one gives it to [Scheduler#submitAdmitted], or [#giveUp]s.
    ///
    /// @param tokens of the prompt, or about how many where they are not counted yet
    public synchronized Admission enter(int tokens) {
        if (closed) {
            return new Admission.Refused(Admission.Reason.DRAINING, LONGEST);
        }
        if (requests >= limits.requests()) {
            return new Admission.Refused(Admission.Reason.QUEUE_FULL, retryAfter(requests - limits.requests() + 1L, 0));
        }
        // An empty queue takes any prompt: there is nothing to wait for.
        if (requests > 0 && promptTokens + tokens > limits.promptTokens()) {
            return new Admission.Refused(
                    Admission.Reason.QUEUED_TOKENS_FULL,
                    retryAfter(0, Math.min(promptTokens, promptTokens + tokens - limits.promptTokens())));
        }
        requests++;
        promptTokens += tokens;
        return new Admission.Accepted();
    }

    /// A place is given back without having been used.
    public synchronized void giveUp(int tokens) {
        requests--;
        promptTokens -= tokens;
    }

    /// Tokens that were estimated have been counted.
    public synchronized void correct(int estimated, int counted) {
        promptTokens += counted - estimated;
    }

    /// {@return how many wait}
    public synchronized int requests() {
        return requests;
    }

    /// {@return tokens of the prompts that wait}
    public synchronized long promptTokens() {
        return promptTokens;
    }

    /// Nobody enters from now on.
    public synchronized void close() {
        closed = true;
    }

    /// A job begins.
    public synchronized void leave(int tokens, long now) {
        giveUp(tokens);
        if (lastLeft != Long.MIN_VALUE) {
            double passed = Math.max(0, now - lastLeft);
            double kept = Math.exp(-passed / MEMORY);
            leftRequests = leftRequests * kept + 1;
            leftTokens = leftTokens * kept + tokens;
            time = time * kept + passed;
        }
        lastLeft = now;
    }

    private long retryAfter(long requests, long tokens) {
        if (time == 0) {
            return SECOND;
        }
        double nanos = Math.max(requests * time / leftRequests, leftTokens == 0 ? 0 : tokens * time / leftTokens);
        return Math.clamp((long) nanos, SECOND, LONGEST);
    }
}
