package dev.mokha.serve.schedule;

/// A scheduler's figures at one moment. Counts go up from its beginning.
///
/// @param queued jobs that have not begun
/// @param queuedTokens of their prompts
/// @param running sequences in memory
/// @param suspended sequences that were preempted and wait
/// @param blocks the cache
/// @param steps planned, the empty ones not counted
/// @param preemptions of sequences
/// @param prefix what was shared
public record SchedulerState(
        int queued,
        long queuedTokens,
        int running,
        int suspended,
        Blocks blocks,
        long steps,
        long preemptions,
        Prefix prefix) {
    /// The cache's blocks.
    ///
    /// @param all of the device
    /// @param used by sequences
    /// @param cached that a prefix is found in, used or not
    /// @param swapped on the host
    public record Blocks(int all, int used, int cached, int swapped) {
        /// {@return the part in use}
        public double usage() {
            return (double) used / all;
        }
    }

    /// Sharing.
    ///
    /// @param queriedTokens of prompts that began
    /// @param hitTokens of them, found in the cache
    /// @param evictions of blocks that held a prefix
    public record Prefix(long queriedTokens, long hitTokens, long evictions) {
        /// {@return the part that was found}
        public double hitRate() {
            return queriedTokens == 0 ? 0 : (double) hitTokens / queriedTokens;
        }
    }
}
