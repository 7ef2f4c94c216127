package dev.mokha.serve.schedule;

/// What a step computes of one sequence: positions `from` to `from + count - 1`. Its table has memory for all
/// of them. The last `drafts` positions are tokens that the engine proposes; those before are
/// [Sequence#token].
///
/// @param sequence of which
/// @param from the first position, and how many are in the cache already
/// @param count positions, drafts counted
/// @param drafts of them, as many as there was room for
/// @param logits whether the last `1 + drafts` positions need logits; those of a prompt's earlier chunks do not
public record Slice(Sequence sequence, int from, int count, int drafts, boolean logits) {}
