package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.schedule.Admission.Refused;
import dev.mokha.serve.schedule.Ended.Reason;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How jobs come in, and how they go before they are finished.
class LifecycleTest {
    private static final long SECOND = 1_000_000_000L;

    private static SchedulerOptions queue(int requests, long tokens, long timeout) {
        return Bench.options(100, 16).withQueue(new QueueLimits(requests, tokens, timeout));
    }

    @Test
    void aFullQueueRefuses() {
        var bench = new Bench(queue(2, 1_000, Long.MAX_VALUE), new FirstCome());
        bench.submit(Bench.job(0, 4, 4, 0));
        bench.submit(Bench.job(1, 4, 4, 0));
        assertThat(bench.submit(Bench.job(2, 4, 4, 0))).isEqualTo(new Refused(Admission.Reason.QUEUE_FULL, SECOND));
        bench.step();
        assertThat(bench.submit(Bench.job(2, 4, 4, 0))).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void tooManyQueuedTokensRefuse() {
        var bench = new Bench(queue(10, 20, Long.MAX_VALUE), new FirstCome());
        assertThat(bench.submit(Bench.job(0, 40, 4, 0))).as("nobody waits").isInstanceOf(Admission.Accepted.class);
        assertThat(bench.submit(Bench.job(1, 4, 4, 0)))
                .isEqualTo(new Refused(Admission.Reason.QUEUED_TOKENS_FULL, SECOND));
    }

    @Test
    void whatCouldNeverRunIsRefusedForEver() {
        var bench = new Bench(Bench.options(10, 16), new FirstCome());
        assertThat(bench.submit(Bench.job(0, 30, 10, 0))).isInstanceOf(Admission.Accepted.class);
        assertThat(bench.submit(Bench.job(1, 30, 11, 0)))
                .isEqualTo(new Refused(Admission.Reason.TOO_LARGE, Long.MAX_VALUE));
        assertThat(bench.submit(Bench.job(2, 4, 4, 0).withSamples(17)))
                .isEqualTo(new Refused(Admission.Reason.TOO_LARGE, Long.MAX_VALUE));
        assertThat(bench.submit(Bench.job(0, 4, 4, 0)))
                .isEqualTo(new Refused(Admission.Reason.DUPLICATE, Long.MAX_VALUE));
        assertThat(bench.scheduler.state().queued())
                .as("refused ones hold no place")
                .isOne();
        assertThat(bench.scheduler.state().queuedTokens()).isEqualTo(30);
    }

    @Test
    void aRefusalSaysWhenByWhatLeftTheQueueLately() {
        var gate = new Gate(new QueueLimits(1_000, 1_000, Long.MAX_VALUE));
        // Ten tokens leave in every second.
        for (int second = 0; second < 100; second++) {
            assertThat(gate.enter(10)).isInstanceOf(Admission.Accepted.class);
            gate.leave(10, second * SECOND);
        }
        assertThat(gate.enter(1_000)).isInstanceOf(Admission.Accepted.class);
        Refused refused = (Refused) gate.enter(50);
        assertThat(refused.retryAfterSeconds()).as("50 tokens too many").isBetween(5L, 6L);
        assertThat(((Refused) gate.enter(500)).retryAfterSeconds()).isBetween(50L, 51L);
    }

    @Test
    void aPlaceThatWasEstimatedIsCorrectedAndGivenUp() {
        var gate = new Gate(new QueueLimits(10, 100, Long.MAX_VALUE));
        assertThat(gate.enter(50)).isInstanceOf(Admission.Accepted.class);
        gate.correct(50, 90);
        assertThat(gate.enter(20)).isInstanceOf(Refused.class);
        gate.giveUp(90);
        assertThat(gate.requests()).isZero();
        assertThat(gate.promptTokens()).isZero();
    }

    @Test
    void manyThreadsNeverGetMoreThanThereIs() throws InterruptedException {
        var gate = new Gate(new QueueLimits(100, 1_000_000, Long.MAX_VALUE));
        var let = new AtomicInteger();
        var begin = new Semaphore(0);
        Thread[] threads = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                    begin.acquireUninterruptibly();
                    for (int request = 0; request < 50; request++) {
                        if (gate.enter(1) instanceof Admission.Accepted) {
                            let.incrementAndGet();
                        }
                    }
                }))
                .toArray(Thread[]::new);
        begin.release(8);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(let.get()).isEqualTo(100);
    }

    @Test
    void whoWaitsForTooLongIsEnded() {
        var bench = new Bench(queue(10, 1_000, 30), new FirstCome());
        bench.scheduler.limits(StepLimits.of(16, 1));
        bench.submit(Bench.job(0, 16, 30, 0));
        bench.submit(Bench.job(1, 16, 30, 0));
        bench.finish();
        assertThat(bench.over(0).reason()).as("it ran for longer").isEqualTo(Reason.DONE);
        Ended late = bench.over(1);
        assertThat(late.reason()).isEqualTo(Reason.QUEUE_TIMEOUT);
        assertThat(late.account().started()).isEqualTo(-1);
    }

    @Test
    void aJobIsCancelledInTheQueueInItsPromptAndInItsAnswer() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.submit(Bench.job(0, 8, 50, 0));
        bench.submit(Bench.job(1, 40, 50, 0));
        bench.submit(Bench.job(2, 8, 50, 0));
        bench.step();
        for (long id = 0; id < 3; id++) {
            assertThat(bench.scheduler.cancel(id, bench.now))
                    .extracting(over -> over.reason())
                    .isEqualTo(Reason.CANCELLED);
        }
        assertThat(bench.scheduler.isIdle()).isTrue();
        assertThat(bench.scheduler.state().blocks().used()).isZero();
        assertThat(bench.scheduler.state().queued()).isZero();
        assertThat(bench.scheduler.cancel(7, bench.now)).isNull();
    }

    @Test
    void aJobInTheStepUnderWayKeepsItsMemoryUntilTheStepIsOver() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.submit(Bench.job(0, 8, 50, 0));
        StepPlan plan = bench.plan();
        assertThat(bench.scheduler.cancel(0, bench.now)).isNull();
        assertThat(bench.scheduler.state().blocks().used()).isEqualTo(2);
        StepReport report = bench.advance(plan);
        assertThat(report.ended()).singleElement().satisfies(over -> {
            assertThat(over.reason()).isEqualTo(Reason.CANCELLED);
            assertThat(over.account().newTokens()).isZero();
        });
        assertThat(bench.scheduler.state().blocks().used()).isZero();
    }

    @Test
    void aStepThatFailedIsPlannedAgain() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.submit(Bench.job(0, 8, 5, 0));
        bench.submit(Bench.job(1, 24, 5, 0));
        bench.step();
        StepPlan failed = bench.plan();
        assertThat(bench.scheduler.abandon(failed, bench.now)).isEmpty();
        StepPlan again = bench.plan();
        assertThat(again.slices()).isEqualTo(failed.slices());
        assertThat(bench.scheduler.cancel(1, bench.now)).isNull();
        assertThat(bench.scheduler.abandon(again, bench.now))
                .extracting(Ended::reason)
                .containsExactly(Reason.CANCELLED);
        bench.finish();
        assertThat(bench.over(0).reason()).isEqualTo(Reason.DONE);
        assertThat(bench.scheduler.state().blocks().used()).isZero();
    }

    @Test
    void aServerThatStopsFinishesWhoIsThere() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.scheduler.limits(StepLimits.of(16, 1));
        bench.submit(Bench.job(0, 8, 5, 0));
        bench.submit(Bench.job(1, 8, 5, 0));
        bench.step();
        bench.scheduler.drain(Long.MAX_VALUE, true);
        assertThat(bench.submit(Bench.job(2, 8, 5, 0)))
                .extracting(answer -> ((Refused) answer).reason())
                .isEqualTo(Admission.Reason.DRAINING);
        bench.finish();
        assertThat(bench.ended.values()).extracting(Ended::reason).containsExactly(Reason.DONE, Reason.DONE);
    }

    @Test
    void aServerInAHurryLeavesWhoHasNotBegun() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.scheduler.limits(StepLimits.of(16, 1));
        bench.submit(Bench.job(0, 8, 5, 0));
        bench.submit(Bench.job(1, 8, 5, 0));
        bench.step();
        bench.scheduler.drain(Long.MAX_VALUE, false);
        bench.finish();
        assertThat(bench.over(0).reason()).isEqualTo(Reason.DONE);
        assertThat(bench.over(1).reason()).isEqualTo(Reason.DRAINED);
    }

    @Test
    void atItsDeadlineAServerStops() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        bench.submit(Bench.job(0, 8, 50, 0));
        bench.step();
        bench.scheduler.drain(bench.now + 5, true);
        bench.finish();
        assertThat(bench.over(0).reason()).isEqualTo(Reason.DRAINED);
        assertThat(bench.over(0).account().newTokens()).isEqualTo(6);
        assertThat(bench.scheduler.state().blocks().used()).isZero();
    }
}
