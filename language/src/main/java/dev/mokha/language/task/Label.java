package dev.mokha.language.task;

/// What a text is known to be.
public sealed interface Label {
    /// One of the classes of a [LabelSet].
    record Category(int id) implements Label {}

    /// A number, such as a degree of similarity.
    record Amount(double value) implements Label {}

    /// Not known: a text to predict for.
    record Unknown() implements Label {}
}
