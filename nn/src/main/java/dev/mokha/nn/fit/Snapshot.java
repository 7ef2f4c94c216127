package dev.mokha.nn.fit;

import java.util.Map;

/// What a checkpoint keeps beside tensors: `state.json`.
///
/// @param step the steps taken
/// @param tokens the tokens seen
/// @param seconds the time spent
/// @param loss of the last step
/// @param data the position of the batches
/// @param streams the states of the random streams, in base 64
/// @param watch the alarm's memory
/// @param best the best evaluation so far
/// @param metrics how long the metrics files were
/// @param settings what the run was told, to notice a change on resuming
record Snapshot(
        long step,
        long tokens,
        double seconds,
        double loss,
        String data,
        Map<String, String> streams,
        Watch.State watch,
        Best best,
        MetricsLog.Position metrics,
        Map<String, String> settings) {

    /// The best evaluation so far.
    ///
    /// @param step after which it was made; -1 for none
    /// @param score lower is better
    /// @param stale how many evaluations have followed it
    record Best(long step, double score, int stale) {
        static final Best NONE = new Best(-1, Double.POSITIVE_INFINITY, 0);
    }
}
