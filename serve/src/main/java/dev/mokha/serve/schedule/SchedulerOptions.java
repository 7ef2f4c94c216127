package dev.mokha.serve.schedule;

/// All of a scheduler's choices but its policy.
///
/// @param memory the cache
/// @param steps how large a step is
/// @param queue how much waits
public record SchedulerOptions(MemoryOptions memory, StepLimits steps, QueueLimits queue) {
    /// {@return the usual limits over so many blocks}
    public static SchedulerOptions of(int blocks) {
        return new SchedulerOptions(MemoryOptions.of(blocks), StepLimits.DEFAULT, QueueLimits.DEFAULT);
    }

    public SchedulerOptions withMemory(MemoryOptions memory) {
        return new SchedulerOptions(memory, steps, queue);
    }

    public SchedulerOptions withSteps(StepLimits steps) {
        return new SchedulerOptions(memory, steps, queue);
    }

    public SchedulerOptions withQueue(QueueLimits queue) {
        return new SchedulerOptions(memory, steps, queue);
    }
}
