package dev.mokha.language.finetune;

/// What becomes of a text that is longer than a model may read.
public enum TooLong {
    /// An error that names its file and line.
    STOP,
    /// Its end is cut off, the longer of a pair first, and how many were cut is told.
    CUT
}
