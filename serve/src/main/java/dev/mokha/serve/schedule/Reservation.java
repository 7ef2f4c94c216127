package dev.mokha.serve.schedule;

/// For how much of a job there must be memory before it begins.
public enum Reservation {
    /// Its next chunk. The most jobs at once, and the most preemptions.
    CHUNK,
    /// Its prompt.
    PROMPT,
    /// Its prompt and as many new tokens as are predicted.
    PREDICTED,
    /// All that it may become. Nothing is ever preempted for want of memory, and the least jobs run at once.
    WORST
}
