package dev.mokha.language.grpo;

/// A completion as rewards see it.
///
/// @param prompt what was completed
/// @param text what the model wrote, without special tokens
/// @param tokens how many tokens it has, the one that ended it included
/// @param ended whether it ended by itself; else it was cut at the longest length
public record Completion(Prompt prompt, String text, int tokens, boolean ended) {}
