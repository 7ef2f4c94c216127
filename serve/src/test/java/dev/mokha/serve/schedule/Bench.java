package dev.mokha.serve.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A scheduler with a fake model, driven step by step; a step takes as many nanoseconds as it has positions.
final class Bench {
    final Scheduler scheduler;
    final FakeEngine engine;

    /// Over so far, by id.
    final Map<Long, Ended> ended = new HashMap<>();

    /// All plans so far, the empty ones not counted.
    final List<StepPlan> plans = new ArrayList<>();

    long now;

    Bench(SchedulerOptions options, Policy policy) {
        this(options, policy, Listener.NONE);
    }

    Bench(SchedulerOptions options, Policy policy, Listener listener) {
        this.scheduler = new Scheduler(options, policy, listener);
        this.engine = new FakeEngine(options.memory(), 1);
    }

    /// Blocks of four positions, ten positions a step, whole prompts in a step otherwise.
    static SchedulerOptions options(int blocks, int tokens) {
        return SchedulerOptions.of(1)
                .withMemory(MemoryOptions.of(blocks).withBlockSize(4).withWatermark(0))
                .withSteps(StepLimits.of(tokens, 16));
    }

    /// A prompt of tokens that no other job has.
    static Job job(long id, int prompt, int maxNewTokens, long arrival) {
        int[] ids = new int[prompt];
        for (int position = 0; position < prompt; position++) {
            ids[position] = (int) (1_000 * (id + 1) + position);
        }
        return Job.of(id, Prompt.of(ids), maxNewTokens, arrival);
    }

    Admission submit(Job job) {
        return scheduler.submit(job, now);
    }

    /// Plans a step and carries it out. The first token of a job is its own; it ends after `maxNewTokens`,
    /// never by itself, as token 0 is replaced by 23.
    StepPlan step() {
        StepPlan plan = plan();
        advance(plan);
        return plan;
    }

    StepPlan plan() {
        StepPlan plan = scheduler.plan(now);
        plan.ended().forEach(over -> ended.put(over.job().id(), over));
        return plan;
    }

    StepReport advance(StepPlan plan) {
        if (plan.isEmpty()) {
            return new StepReport(List.of(), List.of());
        }
        plans.add(plan);
        now += plan.shape().tokens();
        StepReport report = scheduler.advance(plan, endless(plan, engine.run(plan)), now);
        report.ended().forEach(over -> ended.put(over.job().id(), over));
        return report;
    }

    private static List<Outcome> endless(StepPlan plan, List<Outcome> outcomes) {
        var endless = new ArrayList<Outcome>();
        for (int index = 0; index < outcomes.size(); index++) {
            Slice slice = plan.slices().get(index);
            boolean writes = slice.logits() && slice.sequence().job().maxNewTokens() > 0;
            if (writes && slice.sequence().job().samples() == 1) {
                endless.add(Outcome.tokens(23));
            } else {
                endless.add(outcomes.get(index));
            }
        }
        return endless;
    }

    /// Runs until nobody is left. {@return how many steps that took}
    int finish() {
        int steps = 0;
        for (; !scheduler.isIdle(); steps++) {
            if (steps > 100_000) {
                throw new AssertionError("nothing ends");
            }
            step();
        }
        return steps;
    }

    /// {@return what became of a job}
    Ended over(long id) {
        return Objects.requireNonNull(ended.get(id), "job " + id + " is not over");
    }

    /// {@return how many positions of a job a plan computes}
    static int count(StepPlan plan, long id) {
        return plan.slices().stream()
                .filter(slice -> slice.sequence().job().id() == id)
                .mapToInt(Slice::count)
                .sum();
    }

    /// {@return the ids of the jobs in a plan, in its order}
    static List<Long> ids(StepPlan plan) {
        return plan.slices().stream().map(slice -> slice.sequence().job().id()).toList();
    }
}
