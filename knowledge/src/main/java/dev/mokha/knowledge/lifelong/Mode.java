package dev.mokha.knowledge.lifelong;

/// Where papers and their authors' programs differ. What differs stands at each method.
public enum Mode {
    /// As the program computes, its faults included: for comparison with published figures.
    CODE,
    /// As the paper describes.
    PAPER
}
