package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.cache.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Random jobs, policies, memory and events, against a model that sees when a block is not what it must be.
class RandomScheduleTest {
    private static final int POLICIES = 6;

    private static Policy policy(int which) {
        return switch (which) {
            case 0 -> new FirstCome();
            case 1 -> new ByPriority(1_000, true);
            case 2 -> new ShortestFirst(new TenantHistory(0.2), 4, 1_000_000_000);
            case 3 -> new FairShare();
            case 4 -> new EarliestDeadline(step -> 10 + step.tokens(), false);
            default -> new EarliestDeadline(null, true);
        };
    }

    private static SchedulerOptions options(SplittableRandom chance) {
        int size = 1 + chance.nextInt(5);
        Window window = chance.nextInt(4) == 0 ? new Window(1 + chance.nextInt(20), chance.nextInt(6)) : Window.ALL;
        MemoryOptions memory = MemoryOptions.of(8 + chance.nextInt(30))
                .withBlockSize(size)
                .withWindow(window)
                .withSharing(chance.nextInt(4) > 0)
                .withHostSlots(chance.nextInt(3) == 0 ? chance.nextInt(20) : 0)
                .withReservation(List.of(Reservation.values()).get(chance.nextInt(4)))
                .withWatermark(chance.nextDouble(0.2));
        StepLimits steps = StepLimits.of(1 + chance.nextInt(24), 1 + chance.nextInt(chance.nextBoolean() ? 6 : 24))
                .withFill(1 + chance.nextInt(24));
        if (chance.nextBoolean()) {
            steps = steps.withPace(new Pace(step -> 10 + step.tokens() + step.decodeContext() / 8, 25, 2));
        }
        return SchedulerOptions.of(1)
                .withMemory(memory)
                .withQueue(new QueueLimits(10, 200, chance.nextInt(3) == 0 ? 400 : Long.MAX_VALUE))
                .withSteps(chance.nextBoolean() ? steps : steps.withChunk(1 + chance.nextInt(8)));
    }

    private static Job job(long id, SplittableRandom chance, long now, boolean searching) {
        int[] ids = new int[1 + chance.nextInt(24)];
        int shared = chance.nextInt(ids.length + 1);
        int which = chance.nextInt(2);
        for (int position = 0; position < ids.length; position++) {
            ids[position] = position < shared ? 100 * which + position : 1000 + chance.nextInt(50);
        }
        Prompt prompt = Prompt.of(ids).withSalt(chance.nextInt(4) == 0 ? "other" : "");
        return Job.of(id, prompt, chance.nextInt(30), now)
                .withTenant("t" + chance.nextInt(3))
                .withPriority(chance.nextInt(3))
                .withTargets(chance.nextBoolean() ? Targets.NONE : new Targets(1 + chance.nextInt(300), 50))
                .withSamples(searching ? FakeEngine.BEAMS : 1 + Math.max(0, chance.nextInt(10) - 7));
    }

    /// Whether branches fit at once that step together.
    private static boolean fits(Job job, MemoryOptions memory) {
        int size = memory.blockSize();
        int shared = job.prompt().length() / size;
        int own = Math.ceilDiv(job.longest(), size) - shared + 1;
        return shared + job.samples() * own <= memory.blocks();
    }

    /// What came of one random run.
    private record Story(
            String log,
            Map<String, List<Integer>> texts,
            List<Ended> ended,
            Map<Long, Job> jobs,
            Map<String, Long> reached) {}

    private static Story run(long seed, int which) {
        var chance = new SplittableRandom(seed);
        SchedulerOptions options = options(chance);
        var engine = new FakeEngine(options.memory(), seed);
        var scheduler = new Scheduler(options, policy(which), Listener.NONE);
        var jobs = new HashMap<Long, Job>();
        var ended = new ArrayList<Ended>();
        var live = new ArrayList<Sequence>();
        var log = new StringBuilder();
        Map<String, Long> reached = new TreeMap<>();
        long now = 0;
        long id = 0;
        boolean searching = chance.nextInt(3) == 0;
        int arrivals = 20 + chance.nextInt(20);
        for (int step = 0; step < 20_000 && (id < arrivals || !scheduler.isIdle()); step++) {
            while (id < arrivals && chance.nextInt(3) == 0) {
                Job drawn = job(id++, chance, now, searching);
                Job job = drawn.samples() < FakeEngine.BEAMS || fits(drawn, options.memory())
                        ? drawn
                        : drawn.withSamples(1);
                if (scheduler.submit(job, now) instanceof Admission.Accepted) {
                    jobs.put(job.id(), job);
                }
            }
            if (chance.nextInt(30) == 0) {
                cancel(scheduler, chance.nextLong(id + 1), now, ended);
            }
            if (chance.nextInt(40) == 0) {
                scheduler.limits(
                        StepLimits.of(1 + chance.nextInt(24), 1 + chance.nextInt(chance.nextBoolean() ? 6 : 24)));
            }
            if (chance.nextInt(100) == 0) {
                scheduler.forgetPrefixes();
            }
            live.removeIf(sequence -> sequence.ended() || !sequence.running());
            engine.propose(scheduler, live);
            StepPlan plan = scheduler.plan(now);
            log.append(plan).append('\n');
            ended.addAll(plan.ended());
            assertThat(plan.shape().tokens())
                    .isLessThanOrEqualTo(scheduler.limits().tokens());
            assertThat(plan.slices())
                    .hasSizeLessThanOrEqualTo(scheduler.limits().sequences());
            if (scheduler.state().running() > 0) {
                assertThat(plan.slices())
                        .as("somebody goes on: %s with %s", scheduler, options)
                        .isNotEmpty();
            }
            now += 10 + plan.shape().tokens();
            plan.moves().forEach(move -> reached.merge(move.getClass().getSimpleName(), 1L, Long::sum));
            plan.slices().forEach(slice -> reached.merge("drafts", (long) slice.drafts(), Long::sum));
            if (!plan.isEmpty() && chance.nextInt(40) == 0) {
                engine.move(plan);
                ended.addAll(scheduler.abandon(plan, now));
                reached.merge("abandoned", 1L, Long::sum);
            } else if (!plan.isEmpty()) {
                List<Outcome> outcomes = engine.run(plan);
                outcomes.forEach(outcome -> reached.merge("held", outcome.isHeld() ? 1L : 0, Long::sum));
                if (chance.nextInt(30) == 0) {
                    cancel(scheduler, chance.nextLong(id + 1), now, ended);
                }
                StepReport report = scheduler.advance(plan, outcomes, now);
                ended.addAll(report.ended());
                report.forks().forEach(_ -> reached.merge("forks", 1L, Long::sum));
                engine.keep(plan);
                report.forks().forEach(fork -> engine.keep(fork.child()));
                live.clear();
                plan.slices().forEach(slice -> live.add(slice.sequence()));
                report.forks().forEach(fork -> live.add(fork.child()));
            }
        }
        SchedulerState state = scheduler.state();
        assertThat(scheduler.isIdle()).as("all jobs ended").isTrue();
        assertThat(state.blocks().used()).as("blocks in use at the end").isZero();
        assertThat(state.blocks().swapped()).as("slots in use at the end").isZero();
        assertThat(state.queued()).isZero();
        assertThat(state.queuedTokens()).isZero();
        if (options.memory().reservation() == Reservation.WORST
                && options.memory().window().equals(Window.ALL)
                && which != 1) {
            int size = options.memory().blockSize();
            boolean fit = jobs.values().stream()
                    .allMatch(job -> job.samples() == 1
                            || (job.samples() == 2
                                    && 2 * Math.ceilDiv(job.longest(), size)
                                                    - job.prompt().length() / size
                                                    + 1
                                            <= options.memory().blocks()));
            assertThat(fit ? state.preemptions() : 0)
                    .as("all had memory to their end")
                    .isZero();
            reached.merge("worst", fit ? 1L : 0, Long::sum);
        }
        reached.put("preemptions", state.preemptions());
        reached.put("hits", state.prefix().hitTokens());
        reached.put("evictions", state.prefix().evictions());
        ended.forEach(over -> reached.merge(over.reason().toString(), 1L, Long::sum));
        return new Story(log.toString(), engine.texts, ended, jobs, reached);
    }

    private static void cancel(Scheduler scheduler, long id, long now, List<Ended> ended) {
        Ended cancelled = scheduler.cancel(id, now);
        if (cancelled != null) {
            ended.add(cancelled);
        }
    }

    @Property(tries = 300)
    void everyJobEndsOnceWithItsOwnText(@ForAll long seed) {
        for (int which = 0; which < POLICIES; which++) {
            Story story = run(seed, which);
            assertThat(story.ended()).extracting(over -> over.job().id()).doesNotHaveDuplicates();
            assertThat(story.ended()).hasSameSizeAs(story.jobs().keySet());
            for (Ended over : story.ended()) {
                if (over.reason() == Ended.Reason.DONE && over.job().samples() == 1) {
                    assertThat(story.texts().get(over.job().id() + ".0"))
                            .as("policy %s, %s", which, over)
                            .isEqualTo(FakeEngine.plain(over.job()));
                }
            }
        }
    }

    /// The property above says nothing about what never happens.
    @Test
    void theRandomRunsComeEverywhere() {
        Map<String, Long> reached = new TreeMap<>();
        for (long seed = 0; seed < 100; seed++) {
            for (int which = 0; which < POLICIES; which++) {
                run(seed, which).reached().forEach((what, times) -> reached.merge(what, times, Long::sum));
            }
        }
        assertThat(reached)
                .containsOnlyKeys(
                        "abandoned",
                        "CANCELLED",
                        "Copy",
                        "DONE",
                        "QUEUE_TIMEOUT",
                        "SwapIn",
                        "SwapOut",
                        "TOO_LATE",
                        "drafts",
                        "evictions",
                        "forks",
                        "held",
                        "hits",
                        "preemptions",
                        "worst");
        assertThat(reached.values()).as("%s", reached).allMatch(times -> times >= 10);
    }

    @Property(tries = 40)
    void equalCallsGiveEqualPlans(@ForAll long seed) {
        for (int which = 0; which < POLICIES; which++) {
            assertThat(run(seed, which).log()).isEqualTo(run(seed, which).log());
        }
    }
}
