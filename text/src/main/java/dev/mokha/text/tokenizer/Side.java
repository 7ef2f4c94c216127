package dev.mokha.text.tokenizer;

/// The end of a text at which it is cut or padded.
public enum Side {
    /// The beginning.
    LEFT,
    /// The end.
    RIGHT
}
