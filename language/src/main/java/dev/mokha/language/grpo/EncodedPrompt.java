package dev.mokha.language.grpo;

/// A prompt as tokens.
///
/// @param ids `[time]`
@SuppressWarnings("ArrayRecordComponent") // tokens on their way to a tensor; equality is not asked for
public record EncodedPrompt(Prompt prompt, int[] ids) {}
