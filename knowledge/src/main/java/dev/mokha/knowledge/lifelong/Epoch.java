package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.rank.RankMetrics;

/// One pass over a snapshot's facts, as it is reported.
///
/// @param snapshot the snapshot's number
/// @param epoch from 0
/// @param loss the sum of its batches' losses
/// @param valid figures on the validation facts; not numbers where there are none
/// @param best the best MRR on them so far
/// @param trainSeconds what the pass took
/// @param validSeconds what the validation took
public record Epoch(
        int snapshot,
        int epoch,
        double loss,
        RankMetrics valid,
        double best,
        double trainSeconds,
        double validSeconds) {}
