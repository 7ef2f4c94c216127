package dev.mokha.serve.cache;

/// What happens to a block's memory before a step computes. Moves are done in the order in which they are
/// listed: a block may be copied out, given to another sequence, and filled again.
public sealed interface BlockMove {
    /// All layers' keys and values of a block, written over another's.
    ///
    /// @param from the block that is shared
    /// @param to the block that is about to be written to
    record Copy(int from, int to) implements BlockMove {}

    /// From the device's memory to the host's.
    ///
    /// @param block on the device
    /// @param slot on the host
    record SwapOut(int block, int slot) implements BlockMove {}

    /// From the host's memory to the device's.
    ///
    /// @param slot on the host
    /// @param block on the device
    record SwapIn(int slot, int block) implements BlockMove {}
}
