package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;

/// Where the log-likelihoods of the frozen model come from. Both kinds lead to the same losses. A model is
/// read with its adapters off, where it has some.
public sealed interface Reference {
    /// The model as it is given: it reads all answers once, before the first step, and only numbers are kept.
    /// One model lies in memory.
    record Cached() implements Reference {}

    /// A second model, which reads each batch beside the one that is trained: the first step comes at once,
    /// for the memory of its weights and a third more work in each epoch. An adapted model is its own
    /// reference, and needs no second one.
    ///
    /// @param model stays the caller's, who closes it; it is not changed
    record Live(Decoder model) implements Reference {}
}
