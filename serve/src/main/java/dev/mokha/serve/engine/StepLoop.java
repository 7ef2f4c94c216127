package dev.mokha.serve.engine;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.schedule.Admission;
import dev.mokha.serve.schedule.Ended;
import dev.mokha.serve.schedule.Gate;
import dev.mokha.serve.schedule.Job;
import dev.mokha.serve.schedule.Listener;
import dev.mokha.serve.schedule.MemoryOptions;
import dev.mokha.serve.schedule.Outcome;
import dev.mokha.serve.schedule.Prompt;
import dev.mokha.serve.schedule.Scheduler;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.SchedulerState;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.StepLimits;
import dev.mokha.serve.schedule.StepPlan;
import dev.mokha.serve.schedule.StepReport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The engine's thread: plans a step, computes it, tells readers, again and again; sleeps while nobody
/// wants anything.
final class StepLoop implements AutoCloseable {
    /// So many steps one after the other that could not be computed are the engine's fault.
    private static final int MOST_FAILURES = 8;

    /// Rows from which on each costs what it does in the largest step, within 3 %: weights are unpacked once.
    private static final int FILL = 192;

    private final Engine engine;
    private final StepModel model;
    private final Team team;
    private final float[][] chosenFrom; // a row of logits for each thread
    private final Speculator speculator;
    private final StepWatch watch;
    private final Scheduler scheduler;
    private final Gate gate;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final LiveRequests requests;
    private final Searches searches;
    private final Set<Sequence> writing = new LinkedHashSet<>();
    private final CountDownLatch drained = new CountDownLatch(1);
    private final Thread thread;
    private volatile SchedulerState state;
    private volatile boolean closed;
    private boolean draining;
    private int failures; // one after the other

    StepLoop(Engine engine, StepModel model, Team team, EngineOptions options, Speculator speculator) {
        this.engine = engine;
        this.model = model;
        this.team = team;
        this.chosenFrom = new float[team.threads()][];
        this.speculator = speculator;
        this.watch = options.watch();
        this.requests = new LiveRequests(engine, this::cancel);
        this.searches = new Searches(requests);
        var load = options.load();
        var memory = MemoryOptions.of(model.blocks())
                .withSharing(options.memory().sharing())
                .withHostSlots(options.memory().hostBlocks())
                .withWindow(model.window());
        var limits = StepLimits.of(load.stepTokens(), Math.min(load.sequences(), load.stepTokens()))
                .withFill(FILL);
        this.scheduler = new Scheduler(
                new SchedulerOptions(memory, limits, load.queue()), load.policyOrFirstCome(), Listener.NONE);
        this.gate = scheduler.gate();
        this.state = scheduler.state();
        this.thread = Thread.ofPlatform().daemon().name("mokha-engine").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Whether it runs, and means to.
    boolean isAlive() {
        return thread.isAlive() && !closed;
    }

    Gate gate() {
        return gate;
    }

    SchedulerState state() {
        return state;
    }

    void begin(Live live) {
        post(() -> queue(live));
    }

    void cancel(long id) {
        post(() -> {
            @Nullable Ended ended = scheduler.cancel(id, System.nanoTime());
            state = scheduler.state();
            if (ended != null) {
                requests.over(ended);
            }
        });
    }

    boolean drain(Duration patience) {
        post(() -> {
            draining = true;
            scheduler.drain(System.nanoTime() + patience.toNanos(), true);
        });
        try {
            return drained.await(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void post(Runnable message) {
        inbox.add(message);
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!closed) {
                for (Runnable message = inbox.poll(); message != null; message = inbox.poll()) {
                    message.run();
                }
                if (!step() && inbox.isEmpty() && !closed) {
                    rest();
                }
            }
            failAll(new EndedException(Ended.Reason.DRAINED));
        } catch (RuntimeException | Error e) { // what the engine itself got wrong: nobody may wait for ever
            closed = true;
            failAll(new IllegalStateException("the engine stopped: " + e, e));
        } finally {
            drained.countDown();
        }
    }

    private void rest() {
        if (scheduler.isIdle()) {
            if (draining) {
                drained.countDown();
            }
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, 1_000_000); // who waits for time to pass
        }
    }

    private void failAll(RuntimeException cause) {
        for (Runnable message = inbox.poll(); message != null; message = inbox.poll()) {
            message.run(); // requests that were taken and are not yet queued
        }
        requests.failAll(cause);
    }

    private void queue(Live live) {
        requests.add(live);
        Request request = live.request;
        int room = engine.room(request.promptLength());
        int longest = Math.min(room, request.sampling().maxNewTokens());
        Prompt prompt = Prompt.of(request.prompt())
                .withSalt(request.who().salt())
                .withAdapter(live.adapter == null ? "" : live.adapter.id());
        @Nullable Beams beams = request.beams();
        if (beams != null && !fits(beams, request.promptLength(), longest)) {
            gate.giveUp(request.promptLength());
            var refused = new Admission.Refused(Admission.Reason.TOO_LARGE, Long.MAX_VALUE);
            requests.fail(live, new RefusedException(refused));
            return;
        }
        Job job = new Job(
                live.id,
                prompt,
                longest,
                request.who().tenant(),
                beams == null ? request.samples() : beams.width(),
                request.who().targets(),
                request.who().priority(),
                live.arrival);
        if (scheduler.submitAdmitted(job, System.nanoTime()) instanceof Admission.Refused refused) {
            requests.fail(live, new RefusedException(refused));
        }
    }

    /// Whether all beams of a search fit at once, as they take their steps together.
    private boolean fits(Beams beams, int prompt, int longest) {
        long shared = prompt / KeyValueType.PAGE;
        long own = (prompt + (long) longest + KeyValueType.PAGE - 1) / KeyValueType.PAGE - shared + 1;
        return shared + beams.width() * own <= model.blocks();
    }

    /// {@return whether there was anything to compute}
    private boolean step() {
        long begun = System.nanoTime();
        speculator.propose(writing, requests::writer, scheduler);
        StepPlan plan = scheduler.plan(System.nanoTime());
        state = scheduler.state(); // before anybody hears of it
        plan.ended().forEach(requests::over);
        if (plan.isEmpty()) {
            return false;
        }
        plan.moves().forEach(this::move);
        var batch = speculator.batch(plan, requests::adapter);
        batch.before().forEach(model::move);
        long computing = System.nanoTime();
        MemorySegment logits;
        try {
            logits = model.step(batch.toCompute());
        } catch (RuntimeException e) {
            failed(plan, e);
            return true;
        }
        failures = 0;
        speculator.took(plan, batch.toCompute().count(), System.nanoTime() - computing);
        List<List<Batch.Found>> found =
                batch.choose(logits, model.logitsStride(), model.config().vocabSize(), requests, team, chosenFrom);
        for (List<Batch.Found> answers : found) {
            answers.forEach(answer -> answer.after().forEach(model::move));
        }
        speculator.checked(plan, found);
        List<Outcome> outcomes =
                searches.outcomes(plan, found.stream().map(StepLoop::outcome).toList());
        StepReport report = scheduler.advance(plan, outcomes, System.nanoTime());
        state = scheduler.state();
        searches.advanced(plan, report);
        for (StepReport.Fork fork : report.forks()) {
            if (searches.isBeam(fork.parent())) {
                continue;
            }
            int slice = sliceOf(plan, fork.parent());
            requests.forked(fork, found.get(slice).get(fork.branch()).writer());
            writing.add(fork.child());
        }
        for (int i = 0; i < found.size(); i++) {
            if (!found.get(i).isEmpty()) {
                writing.add(plan.slices().get(i).sequence());
                requests.tell(plan.slices().get(i), found.get(i));
            }
        }
        report.ended().forEach(requests::over);
        writing.removeIf(Sequence::ended);
        speculator.forget();
        watch.step(plan.shape(), System.nanoTime() - begun);
        return true;
    }

    /// Ends those whose part of the step fails alone; the others are planned again.
    private void failed(StepPlan plan, RuntimeException cause) {
        if (++failures == MOST_FAILURES) {
            throw cause;
        }
        Map<Sequence, RuntimeException> guilty = Blame.of(plan, requests::adapter, model::step);
        System.getLogger(StepLoop.class.getName())
                .log(System.Logger.Level.WARNING, "a step failed; sequences to blame: " + guilty.keySet(), cause);
        List<Ended> ended = scheduler.abandon(plan, System.nanoTime());
        guilty.keySet().forEach(sequence -> scheduler.cancel(sequence.job().id(), System.nanoTime()));
        state = scheduler.state();
        ended.forEach(requests::over);
        guilty.forEach(requests::fail);
        writing.removeIf(Sequence::ended);
        speculator.forget();
    }

    private static int sliceOf(StepPlan plan, Sequence sequence) {
        for (int i = 0; i < plan.slices().size(); i++) {
            if (plan.slices().get(i).sequence() == sequence) {
                return i;
            }
        }
        throw new IllegalStateException(sequence + " is not in the step");
    }

    private static Outcome outcome(List<Batch.Found> found) {
        if (found.isEmpty()) {
            return Outcome.none();
        }
        List<Outcome> each = found.stream().map(Batch.Found::outcome).toList();
        return each.size() == 1 ? each.getFirst() : Outcome.branches(each);
    }

    private void move(BlockMove move) {
        model.move(move);
        speculator.move(move);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
