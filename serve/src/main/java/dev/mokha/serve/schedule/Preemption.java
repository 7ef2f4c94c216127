package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockMove;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Takes memory from some for others, while a step is made.
final class Preemption {
    private final Population population;
    private final KvMemory memory;
    private final List<BlockMove> moves;
    private final Listener listener;
    private final long step;
    private final long now;
    private final List<Sequence> preempted = new ArrayList<>();

    /// @param moves what has to be moved is added to these
    /// @param step its number
    Preemption(Population population, KvMemory memory, List<BlockMove> moves, Listener listener, long step, long now) {
        this.population = population;
        this.memory = memory;
        this.moves = moves;
        this.listener = listener;
        this.step = step;
        this.now = now;
    }

    /// {@return those that gave their memory away in this step}
    List<Sequence> preempted() {
        return preempted;
    }

    /// {@return whether a sequence is one of them}
    boolean isOf(Sequence sequence) {
        return preempted.contains(sequence);
    }

    /// Takes memory from juniors that are not in the step, until so many positions have it. A sequence never
    /// takes its own: it stays as it is, and waits.
    boolean makeRoom(Sequence sequence, int count) {
        return makeRoom(sequence, () -> memory.fits(sequence, count));
    }

    /// The same, until there is enough.
    boolean makeRoom(Sequence sequence, BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            @Nullable
            Sequence victim = population.running().stream()
                    .filter(other -> other.lastStep() != step)
                    .max(Population.SENIORITY)
                    .orElse(null);
            if (victim == null || Population.SENIORITY.compare(victim, sequence) <= 0) {
                return false;
            }
            of(victim);
        }
        return true;
    }

    /// Takes a sequence's memory.
    void of(Sequence victim) {
        boolean swapped = memory.suspend(victim, moves);
        population.suspend(victim);
        victim.live().preempted();
        preempted.add(victim);
        listener.preempted(victim, swapped, now);
    }
}
