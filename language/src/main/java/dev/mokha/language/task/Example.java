package dev.mokha.language.task;

/// Something to learn from or to answer: a text or two, words with tags, or a choice among several endings.
public sealed interface Example permits TextExample, TaggedWords, ChoiceExample {
    /// {@return where it was read}
    Place place();
}
