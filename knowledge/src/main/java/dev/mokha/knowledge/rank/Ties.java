package dev.mokha.knowledge.rank;

/// Where an answer stands among candidates with exactly its score.
public enum Ties {
    /// Before all of them.
    OPTIMISTIC,
    /// Behind all of them.
    PESSIMISTIC,
    /// In the middle: the mean of the two.
    AVERAGE,
    /// Behind those with a smaller id, as a stable sort by falling score leaves them: the rank that programs
    /// which sort read off.
    SORTED
}
