package dev.mokha.knowledge.lifelong;

/// Where LKGE's paper and its authors' program differ.
public enum Mode {
    /// As the program computes: the autoencoder sees new facts alone, the regulariser weighs with ω².
    CODE,
    /// As the paper describes: the autoencoder's means count what was learned before, the regulariser
    /// weighs with ω.
    PAPER
}
