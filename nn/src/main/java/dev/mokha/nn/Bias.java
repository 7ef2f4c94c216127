package dev.mokha.nn;

/// Whether a layer adds a vector to its output.
public enum Bias {
    WITH,
    WITHOUT;

    /// {@return what a configuration's flag says}
    public static Bias when(boolean wanted) {
        return wanted ? WITH : WITHOUT;
    }
}
