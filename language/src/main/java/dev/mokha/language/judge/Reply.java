package dev.mokha.language.judge;

/// What a judge said.
///
/// @param text in its own words, the verdict among them
/// @param finish why it ended, as the endpoint calls it: `stop`, or `length` where it was cut off
/// @param promptTokens as the endpoint counts them; 0 where it does not
/// @param replyTokens as the endpoint counts them; 0 where it does not
public record Reply(String text, String finish, long promptTokens, long replyTokens) {}
