package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockMove;
import java.util.List;

/// One step, to be carried out and then reported to [Scheduler#advance].
///
/// @param number of the step, from 0
/// @param slices what to compute, as one batch
/// @param moves of memory, to be made before in this order
/// @param preempted sequences that gave their memory away; they wait, and come back
/// @param ended jobs that are over without having been finished: too late, or timed out in the queue
/// @param shape the sizes that its time depends on
public record StepPlan(
        long number,
        List<Slice> slices,
        List<BlockMove> moves,
        List<Sequence> preempted,
        List<Ended> ended,
        StepShape shape) {
    public StepPlan {
        slices = List.copyOf(slices);
        moves = List.copyOf(moves);
        preempted = List.copyOf(preempted);
        ended = List.copyOf(ended);
    }

    /// {@return whether there is nothing to compute}
    public boolean isEmpty() {
        return slices.isEmpty();
    }
}
