package dev.mokha.serve.schedule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what each step computes: [#submit] jobs, then [#plan], compute, [#advance], again and again.
///
/// A step has a budget of positions and of sequences and no phases
/// ([Yu et al. 2022](https://www.usenix.org/conference/osdi22/presentation/yu) batch by step,
/// [Agrawal et al. 2024](https://arxiv.org/abs/2403.02310) cut prompts): first the next token and drafts of
/// all who write, then prompts in chunks, those that began and those that wait in the policy's order. Without
/// a free block the junior of least priority gives its memory away, to be computed anew or brought back from
/// the host.
///
/// Progress: of those who run, the most senior can always take memory from all others, and a job that would
/// not fit alone is refused. So every job that is admitted ends, however little memory there is.
///
/// For one thread; only the [Gate] may be asked from others. Time is passed in, in nanoseconds of any clock
/// that does not run backward, and never read. Equal calls give equal plans.
public final class Scheduler {
    private final Population population = new Population();
    private final KvMemory memory;
    private final Policy policy;
    private final QueueLimits queue;
    private final Gate gate;
    private final Listener listener;
    private final Tally tally = new Tally();
    private StepLimits limits;
    private @Nullable StepPlan underWay;
    private @Nullable Drain drain;

    private record Drain(long deadline, boolean queued) {}

    public Scheduler(SchedulerOptions options, Policy policy, Listener listener) {
        this.memory = new KvMemory(options.memory());
        this.policy = policy;
        this.queue = options.queue();
        this.gate = new Gate(options.queue());
        this.listener = listener;
        this.limits = options.steps();
    }

    /// {@return who decides who may wait; may be asked on any thread}
    public Gate gate() {
        return gate;
    }

    /// {@return how large steps are}
    public StepLimits limits() {
        return limits;
    }

    /// Changes how large steps are, from the next on.
    public void limits(StepLimits limits) {
        this.limits = limits;
    }

    /// Asks the gate and queues.
    public Admission submit(Job job, long now) {
        Admission answer = gate.enter(job.prompt().length());
        return answer instanceof Admission.Refused refused ? refused(job, refused, now) : submitAdmitted(job, now);
    }

    /// Queues a job that the gate let in, with its prompt's length.
    ///
    /// @return refused where it could never run; its place in the queue is free again then
    public Admission submitAdmitted(Job job, long now) {
        Admission.@Nullable Reason reason = impossible(job);
        if (reason != null) {
            gate.giveUp(job.prompt().length());
            return refused(job, new Admission.Refused(reason, Long.MAX_VALUE), now);
        }
        var live = new LiveJob(job);
        population.queue(live, memory.begin(live));
        policy.queued(job, now);
        listener.queued(job, now);
        return new Admission.Accepted();
    }

    private Admission refused(Job job, Admission.Refused refused, long now) {
        listener.refused(job, refused, now);
        return refused;
    }

    private Admission.@Nullable Reason impossible(Job job) {
        if (population.jobs().containsKey(job.id())) {
            return Admission.Reason.DUPLICATE;
        }
        boolean fits = memory.blocksFor(job.longest(), 1) <= memory.pool().blocks();
        return fits && job.samples() <= limits.sequences() ? null : Admission.Reason.TOO_LARGE;
    }

    /// Asks for drafts of a sequence in the next step; the slice says how many there was room for.
    public void propose(Sequence sequence, int drafts) {
        if (drafts < 0) {
            throw new IllegalArgumentException("drafts cannot be " + drafts);
        }
        sequence.drafts(drafts);
    }

    /// Plans the next step. A plan that is not empty must be advanced before the next.
    public StepPlan plan(long now) {
        if (underWay != null) {
            throw new IllegalStateException("a step is under way: advance() comes before the next plan()");
        }
        List<Ended> ended = expire(now);
        var step = new Step(population, memory, policy, limits, listener, tally.steps(), now);
        step.plan();
        for (LiveJob live : step.started()) {
            gate.leave(live.job().prompt().length(), now);
            listener.started(live.job(), live.cachedTokens(), now);
        }
        StepPlan plan = step.plan(ended);
        tally.planned(plan, step.started());
        underWay = plan.isEmpty() ? null : plan;
        listener.planned(plan, now);
        return plan;
    }

    /// Ends who waited for too long, who comes too late, and who a stopping server does not wait for.
    private List<Ended> expire(long now) {
        var ended = new ArrayList<Ended>();
        @Nullable Drain drain = this.drain;
        for (LiveJob live : List.copyOf(population.jobs().values())) {
            if (drain != null && (now >= drain.deadline() || (live.isQueued() && !drain.queued()))) {
                ended.add(finish(live, Ended.Reason.DRAINED, now));
            } else if (live.isQueued() && now - live.job().arrival() > queue.timeoutNanos()) {
                ended.add(finish(live, Ended.Reason.QUEUE_TIMEOUT, now));
            } else if (live.isQueued() && policy.drops(live.sequences().getFirst(), now)) {
                ended.add(finish(live, Ended.Reason.TOO_LATE, now));
            }
        }
        return ended;
    }

    /// Takes the step's outcomes.
    ///
    /// @param plan the one that [#plan] gave last
    /// @param outcomes one for each slice, in their order
    public StepReport advance(StepPlan plan, List<Outcome> outcomes, long now) {
        requireUnderWay(plan);
        OutcomeCheck.require(plan.slices(), outcomes);
        underWay = null;
        var forks = new ArrayList<StepReport.Fork>();
        var ended = new ArrayList<Ended>();
        for (int index = 0; index < outcomes.size(); index++) {
            Slice slice = plan.slices().get(index);
            if (slice.sequence().live().isCancelled()) {
                if (!slice.sequence().ended()) {
                    ended.add(finish(slice.sequence().live(), Ended.Reason.CANCELLED, now));
                }
            } else {
                apply(slice, outcomes.get(index), now, forks, ended);
            }
        }
        return new StepReport(forks, ended);
    }

    /// Takes a step back whose moves were made, but which could not be computed: every sequence in it is as
    /// before, and is planned again; whoever is to blame may be cancelled.
    ///
    /// @return jobs that were cancelled meanwhile
    public List<Ended> abandon(StepPlan plan, long now) {
        requireUnderWay(plan);
        underWay = null;
        var ended = new ArrayList<Ended>();
        for (Slice slice : plan.slices()) {
            slice.sequence().table().truncate(slice.from());
        }
        for (Slice slice : plan.slices()) {
            if (slice.sequence().live().isCancelled() && !slice.sequence().ended()) {
                ended.add(finish(slice.sequence().live(), Ended.Reason.CANCELLED, now));
            }
        }
        return ended;
    }

    private void requireUnderWay(StepPlan plan) {
        if (underWay == null || plan.number() != underWay.number()) {
            throw new IllegalStateException("this plan is not the one under way");
        }
    }

    private void apply(Slice slice, Outcome outcome, long now, List<StepReport.Fork> forks, List<Ended> ended) {
        Sequence sequence = slice.sequence();
        int certain = slice.from() + slice.count() - slice.drafts();
        if (slice.logits()) {
            sequence.live().held(outcome.isHeld());
        }
        if (outcome.isHeld() && slice.logits()) {
            memory.settle(sequence, certain - 1);
            return;
        }
        // Of n new tokens n - 1 were drafts, and are in the cache; those behind them were not accepted.
        int accepted = Math.max(0, outcome.count() - 1);
        int length = sequence.length();
        for (int token = 0; token < accepted; token++) {
            sequence.add(outcome.token(token));
        }
        memory.settle(sequence, certain + accepted);
        var children = new ArrayList<Sequence>();
        while (children.size() < outcome.others().size()) {
            Sequence child = sequence.fork(sequence.live().nextBranch());
            population.fork(sequence.live(), child);
            children.add(child);
            forks.add(new StepReport.Fork(sequence, children.size(), child));
        }
        if (outcome.count() > 0) {
            sequence.add(outcome.token(accepted));
        }
        written(sequence, sequence.length() - length, outcome.last(), now, ended);
        for (int index = 0; index < children.size(); index++) {
            Outcome branch = outcome.others().get(index);
            for (int token = 0; token < branch.count(); token++) {
                children.get(index).add(branch.token(token));
            }
            written(children.get(index), branch.count(), branch.last(), now, ended);
        }
    }

    private void written(Sequence sequence, int count, boolean last, long now, List<Ended> ended) {
        LiveJob live = sequence.live();
        live.tokens(count, now);
        if (count > 0) {
            policy.generated(live.job(), count);
        }
        boolean full = count > 0 && sequence.generated() >= live.job().maxNewTokens();
        if (last || full) {
            memory.release(sequence);
            if (population.end(sequence)) {
                ended.add(over(live, Ended.Reason.DONE, now));
            }
        }
    }

    /// Ends a job wherever it is. One in the step under way ends with that step, as its memory is still
    /// written to.
    ///
    /// @return what became of it; null where there is none of this id, or where it ends with the step
    public @Nullable Ended cancel(long id, long now) {
        @Nullable LiveJob live = population.jobs().get(id);
        if (live == null) {
            return null;
        }
        @Nullable StepPlan plan = underWay;
        if (plan != null
                && plan.slices().stream().anyMatch(slice -> slice.sequence().live() == live)) {
            live.cancel();
            return null;
        }
        return finish(live, Ended.Reason.CANCELLED, now);
    }

    /// Admits nobody from now on, and finishes who is there.
    ///
    /// @param deadline after which the rest is ended
    /// @param queued whether those that have not begun are finished too; they are ended at the next
    ///     plan otherwise
    public void drain(long deadline, boolean queued) {
        drain = new Drain(deadline, queued);
        gate.close();
    }

    /// {@return whether nobody is left}
    public boolean isIdle() {
        return population.jobs().isEmpty();
    }

    private Ended finish(LiveJob live, Ended.Reason reason, long now) {
        boolean queued = live.isQueued();
        for (Sequence sequence : List.copyOf(live.sequences())) {
            memory.release(sequence);
            population.end(sequence);
        }
        if (queued) {
            gate.giveUp(live.job().prompt().length());
        }
        return over(live, reason, now);
    }

    private Ended over(LiveJob live, Ended.Reason reason, long now) {
        Ended ended = live.end(reason);
        policy.ended(live.job(), live.newTokens(), reason == Ended.Reason.DONE);
        listener.ended(ended, now);
        return ended;
    }

    /// {@return the figures as they are}
    public SchedulerState state() {
        return tally.state(gate, population, memory);
    }

    /// Makes nothing shareable that was computed until now, such as when an adapter was loaded anew.
    public void forgetPrefixes() {
        memory.pool().forgetAll();
    }

    @Override
    public String toString() {
        return "Scheduler[running " + population.running() + ", waiting " + population.waiting() + ", " + memory.pool()
                + "]";
    }
}
