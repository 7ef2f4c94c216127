package dev.mokha.serve.encode;

/// What waits and runs.
///
/// @param waiting requests of which nothing has begun
/// @param running requests of which something has
/// @param waitingSequences sequences of all of them that have not begun
public record EncodeState(int waiting, int running, int waitingSequences) {}
