package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockPool;
import java.util.List;

/// Counts that only go up.
final class Tally {
    private long steps;
    private long preemptions;
    private long queriedTokens;
    private long hitTokens;

    /// How many steps there were: the next one's number.
    long steps() {
        return steps;
    }

    void planned(StepPlan plan, List<LiveJob> started) {
        steps += plan.isEmpty() ? 0 : 1;
        preemptions += plan.preempted().size();
        for (LiveJob live : started) {
            queriedTokens += live.job().prompt().length();
            hitTokens += live.cachedTokens();
        }
    }

    SchedulerState state(Gate gate, Population population, KvMemory memory) {
        BlockPool pool = memory.pool();
        int swapped = memory.host().slots() - memory.host().free();
        return new SchedulerState(
                gate.requests(),
                gate.promptTokens(),
                population.running().size(),
                (int) population.waiting().stream().filter(Sequence::begun).count(),
                new SchedulerState.Blocks(pool.blocks(), pool.used(), pool.cached(), swapped),
                steps,
                preemptions,
                new SchedulerState.Prefix(queriedTokens, hitTokens, pool.evictions()));
    }
}
