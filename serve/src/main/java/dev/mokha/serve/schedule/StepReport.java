package dev.mokha.serve.schedule;

import java.util.List;

/// What followed from a step's outcomes.
///
/// @param forks sequences that began, in the order of slices and branches
/// @param ended jobs that are over
public record StepReport(List<Fork> forks, List<Ended> ended) {
    public StepReport {
        forks = List.copyOf(forks);
        ended = List.copyOf(ended);
    }

    /// A sequence that began as a branch of another.
    ///
    /// @param parent which goes on as the first branch
    /// @param branch its place among the outcome's branches, from 1
    /// @param child the sequence
    public record Fork(Sequence parent, int branch, Sequence child) {}
}
