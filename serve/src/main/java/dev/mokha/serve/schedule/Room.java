package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockPool;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Whether a sequence may begin beside those who run: places in the step, and memory by the [Reservation].
final class Room {
    private final KvMemory memory;
    private final Policy policy;
    private final StepLimits limits;

    Room(KvMemory memory, Policy policy, StepLimits limits) {
        this.memory = memory;
        this.policy = policy;
        this.limits = limits;
    }

    /// Whether a sequence could begin if some of those who run did not.
    boolean begins(Sequence sequence, List<Sequence> running, Set<Sequence> gone) {
        List<Sequence> rest =
                running.stream().filter(other -> !gone.contains(other)).toList();
        int freed = gone.stream().mapToInt(this::unshared).sum();
        return hasPlace(sequence.live(), rest)
                && need(sequence, memory.match(sequence)) + kept(rest)
                        <= memory.pool().free() + freed;
    }

    /// Whether a job's branches find places. A job that runs holds one for each that it may have.
    boolean hasPlace(LiveJob job, List<Sequence> running) {
        int taken = running.stream()
                .map(Sequence::live)
                .distinct()
                .filter(other -> other != job)
                .mapToInt(this::places)
                .sum();
        return taken + places(job) <= limits.sequences();
    }

    private int places(LiveJob job) {
        return Math.min(job.job().samples(), limits.sequences());
    }

    /// Blocks that must be free for a sequence to begin.
    ///
    /// @param match what of it is in the cache
    int need(Sequence sequence, int[] match) {
        if (memory.isSwapped(sequence)) {
            return Math.min(memory.pool().blocks(), memory.resumes(sequence) + 1);
        }
        int chunk = Math.min(sequence.length(), limits.chunk());
        int shared = (int)
                Arrays.stream(match).filter(block -> block != BlockPool.NONE).count();
        int promised = memory.reservation() == Reservation.CHUNK
                ? memory.blocksFor(match.length * memory.pool().blockSize() + chunk, chunk)
                : promised(sequence);
        return Math.min(
                Math.max(1, promised - shared) + memory.waiting(match),
                memory.pool().blocks());
    }

    /// Blocks that stay free for those who run: what they are promised and do not hold yet, and the watermark.
    int kept(List<Sequence> running) {
        int blocks = 0;
        for (Sequence sequence : running) {
            blocks += Math.max(0, promised(sequence) - sequence.table().held());
        }
        return running.isEmpty() ? 0 : blocks + memory.watermark();
    }

    /// Blocks that a sequence is promised, and with it the branches that it has not yet.
    private int promised(Sequence sequence) {
        Job job = sequence.job();
        int positions = switch (memory.reservation()) {
            case CHUNK -> sequence.computed();
            case PROMPT -> sequence.length();
            case PREDICTED ->
                Math.max(sequence.length(), job.prompt().length() + (int) Math.ceil(policy.newTokens(job)));
            case WORST -> job.longest();
        };
        int blocks = memory.blocksFor(positions, limits.chunk());
        if (memory.reservation() == Reservation.CHUNK || sequence.generated() > 0) {
            return blocks;
        }
        // Of a branch only what is behind the prompt's full blocks is its own.
        int own = blocks - memory.blocksFor(sequence.length(), limits.chunk()) + 1;
        return blocks + (job.samples() - 1) * Math.max(1, own);
    }

    /// Blocks that would be free without a sequence.
    private int unshared(Sequence sequence) {
        int blocks = 0;
        for (int block : sequence.table().toArray()) {
            blocks += block != BlockPool.NONE && memory.pool().users(block) == 1 ? 1 : 0;
        }
        return blocks;
    }
}
