package dev.mokha.serve.schedule;

/// In which order prompts are computed, of those who wait and of those who began. Who writes already is
/// served in every step, whatever the policy.
///
/// A policy may keep accounts; it is called by the scheduler alone, and sees time only as it is passed in.
public interface Policy {
    /// {@return its place: the smallest is first, and of equals the one that came first}
    ///
    /// May rise within a step as others are charged; never fall.
    double rank(Sequence sequence, long now);

    /// A job waits from now on.
    default void queued(Job job, long now) {}

    /// Some of a job's prompt is computed, for the first time.
    default void computed(Job job, int promptTokens) {}

    /// A job was given new tokens.
    default void generated(Job job, int newTokens) {}

    /// A job is over.
    ///
    /// @param newTokens of all its branches
    /// @param finished whether it came to its own end, so that its length says something
    default void ended(Job job, int newTokens, boolean finished) {}

    /// {@return about how many new tokens a branch of a job will have, for [Reservation#PREDICTED]}
    default double newTokens(Job job) {
        return job.maxNewTokens();
    }

    /// {@return whether a job that has not begun is to be dropped, as nobody is served by it any more}
    default boolean drops(Sequence sequence, long now) {
        return false;
    }

    /// {@return whether a job that waits may take the place and the memory of one that runs}
    default boolean displaces(Job waiting, Job running) {
        return false;
    }
}
