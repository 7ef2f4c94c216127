package dev.mokha.serve.simulate;

import dev.mokha.serve.schedule.Admission;
import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.Job;
import dev.mokha.serve.schedule.Listener;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.Prompt;
import dev.mokha.serve.schedule.Scheduler;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Replays requests against the scheduler itself; only a step's time is modelled. So what it says of orders,
/// memory, preemptions and sharing is what the server would do, and what it says of time is as good as the
/// cost model.
///
/// Arrivals are open: who comes does not wait for who is served. Equal arguments give equal reports.
public final class Simulator {
    private final Workload workload;
    private final Setup setup;
    private final Scheduler scheduler;
    private final Figures figures;
    private final SplittableRandom chance;
    private List<Sequence> writing = List.of();
    private long now;

    private Simulator(Workload workload, Setup setup, Policy policy) {
        this.workload = workload;
        this.setup = setup;
        this.scheduler = new Scheduler(setup.options(), policy, Listener.NONE);
        this.figures = new Figures(setup.targets());
        this.chance = new SplittableRandom(setup.seed());
    }

    /// {@return what becomes of a workload}
    ///
    /// @param policy which has served nobody yet
    public static Report run(Workload workload, Setup setup, Policy policy) {
        return new Simulator(workload, setup, policy).run();
    }

    private Report run() {
        List<Request> requests = workload.requests();
        int next = 0;
        while (next < requests.size() || !scheduler.isIdle()) {
            while (next < requests.size() && requests.get(next).arrival() <= now) {
                submit(next, requests.get(next));
                next++;
            }
            for (Sequence sequence : writing) {
                scheduler.propose(sequence, setup.drafts().tokens());
            }
            StepPlan plan = scheduler.plan(now);
            plan.ended().forEach(this::ended);
            if (!plan.isEmpty()) {
                carryOut(plan);
            } else if (next < requests.size()) {
                now = Math.max(now, requests.get(next).arrival());
            } else if (!scheduler.isIdle()) {
                throw new IllegalStateException("jobs are left and none can go on: " + scheduler);
            }
        }
        return figures.report(requests.size(), now, scheduler.state());
    }

    private void submit(int number, Request request) {
        int[] ids = new int[request.promptTokens()];
        for (int position = 0; position < ids.length; position++) {
            boolean shared = position < request.sharedTokens();
            ids[position] = (shared ? request.group().hashCode() : 31 * number + 7) * 0x9E3779B9 + position;
        }
        Job job = Job.of(number, Prompt.of(ids), setup.maxNewTokens(), request.arrival())
                .withTenant(request.tenant())
                .withPriority(request.priority())
                .withTargets(setup.targets());
        if (scheduler.submit(job, now) instanceof Admission.Refused) {
            figures.refused(request.tenant());
        }
    }

    private void carryOut(StepPlan plan) {
        long nanos = setup.cost().nanos(plan.shape());
        figures.step(plan, nanos, scheduler.state());
        now += nanos;
        var outcomes = new ArrayList<Outcome>();
        var going = new ArrayList<Sequence>();
        for (Slice slice : plan.slices()) {
            outcomes.add(slice.logits() ? outcome(slice) : Outcome.none());
            if (slice.logits()) {
                figures.token(slice.sequence().job().id(), now);
                going.add(slice.sequence());
            }
        }
        scheduler.advance(plan, outcomes, now).ended().forEach(this::ended);
        going.removeIf(Sequence::ended);
        writing = setup.drafts().tokens() > 0 ? going : List.of();
    }

    private Outcome outcome(Slice slice) {
        Sequence sequence = slice.sequence();
        int left = workload.requests().get((int) sequence.job().id()).newTokens() - sequence.generated();
        int found = 1;
        while (found <= slice.drafts()
                && found < left
                && chance.nextDouble() < setup.drafts().acceptance()) {
            found++;
        }
        int[] ids = new int[found];
        for (int token = 0; token < found; token++) {
            // A token that no other answer has, so that nothing is shared by accident.
            ids[token] = (int) (sequence.job().id() * 0x85EBCA6B) + sequence.length() + token;
        }
        return found >= left ? Outcome.ended(ids) : Outcome.tokens(ids);
    }

    private void ended(Ended ended) {
        figures.ended(ended);
    }
}
