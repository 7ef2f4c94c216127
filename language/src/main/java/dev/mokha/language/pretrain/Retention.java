package dev.mokha.language.pretrain;

/// What a training must not forget: the bits per byte of a held-out text may not rise by more than a share
/// over what they were before the first step. ALLaM replays English for this; its makers watch both languages
/// ([Bari et al. 2024](https://arxiv.org/abs/2407.15390)).
///
/// @param heldOut the held-out text that is watched; to rebalance, also the name of the source it goes with
/// @param tolerance the share by which it may rise, such as 0.03
/// @param reaction what is done beyond that
public record Retention(String heldOut, double tolerance, Reaction reaction) {
    /// What is done when too much was forgotten.
    public enum Reaction {
        /// The training ends with an error; its checkpoints stay.
        STOP,
        /// The source of that name is drawn from a quarter more often, up to nine of ten rows.
        REBALANCE
    }

    public Retention {
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException("the tolerance is a share of 0 or more, such as 0.03, not " + tolerance);
        }
    }
}
