package dev.mokha.nn;

/// Whether a model is being trained or used. One mode holds for a whole [Params] tree; dropout and batch statistics
/// look at it.
public enum Mode {
    /// Dropout draws, batch statistics are taken and remembered.
    TRAIN,
    /// Every layer is a plain function of its input.
    EVAL
}
