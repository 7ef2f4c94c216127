package dev.mokha.language.corpus;

/// A piece of text that belongs together: an article, a chapter, a pair of sentences.
///
/// @param id where it comes from, such as `english.jsonl.gz:12`
/// @param text what it says
public record Document(String id, String text) {}
