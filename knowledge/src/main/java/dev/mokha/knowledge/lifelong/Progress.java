package dev.mokha.knowledge.lifelong;

import java.util.function.Supplier;

/// Is told of each epoch when it ends.
@FunctionalInterface
public interface Progress {
    /// Nobody listens.
    Progress SILENT = (_, _) -> {};

    /// An epoch has ended.
    ///
    /// @param checkpoint from which training goes on with the next epoch; a copy is made when asked, within
    ///     this call
    void epoch(Epoch epoch, Supplier<Checkpoint> checkpoint);
}
