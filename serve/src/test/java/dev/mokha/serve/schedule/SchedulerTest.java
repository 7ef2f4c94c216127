package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.schedule.Ended.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    @Test
    void whoWritesComesFirstAndPromptsFillTheStep() {
        var bench = new Bench(Bench.options(100, 10), new FirstCome());
        bench.submit(Bench.job(0, 4, 9, 0));
        bench.submit(Bench.job(1, 25, 9, 1));
        StepPlan first = bench.step();
        assertThat(Bench.ids(first)).containsExactly(0L, 1L);
        assertThat(first.slices().get(1).count()).isEqualTo(6);
        assertThat(first.slices().get(1).logits()).isFalse();
        StepPlan second = bench.step();
        assertThat(second.slices().getFirst().count()).as("one new token").isOne();
        assertThat(second.slices().get(1).from()).isEqualTo(6);
        assertThat(second.slices().get(1).count()).isEqualTo(9);
        bench.step();
        StepPlan last = bench.step();
        assertThat(Bench.count(last, 1)).isOne();
        assertThat(last.slices().get(1).logits()).isTrue();
    }

    @Test
    void aChunkLimitLeavesRoomForOthers() {
        var options = Bench.options(100, 10);
        var bench = new Bench(options.withSteps(options.steps().withChunk(6)), new FirstCome());
        bench.submit(Bench.job(0, 60, 1, 0));
        bench.submit(Bench.job(1, 4, 1, 1));
        StepPlan first = bench.step();
        assertThat(Bench.count(first, 0)).isEqualTo(6);
        assertThat(Bench.count(first, 1)).isEqualTo(4);
    }

    @Test
    void aFilledStepIsJoinedByNoFurtherPrompt() {
        var options = Bench.options(100, 20);
        var bench = new Bench(options.withSteps(options.steps().withFill(6)), new FirstCome());
        bench.submit(Bench.job(0, 4, 9, 0));
        bench.submit(Bench.job(1, 5, 9, 1));
        bench.submit(Bench.job(2, 60, 9, 2));
        bench.submit(Bench.job(3, 5, 9, 3));
        assertThat(Bench.ids(bench.step()))
                .as("4 positions leave room, 9 do not")
                .containsExactly(0L, 1L);
        StepPlan second = bench.step();
        assertThat(Bench.ids(second)).containsExactly(0L, 1L, 2L);
        assertThat(Bench.count(second, 2)).as("one prompt takes all there is").isEqualTo(18);
    }

    @Test
    void whoWritesDoesNotKeepPromptsOutOfAStepThatIsSoonFilled() {
        var options = Bench.options(100, 20);
        var bench = new Bench(options.withSteps(options.steps().withFill(2)), new FirstCome());
        for (int id = 0; id < 4; id++) {
            bench.submit(Bench.job(id, 2, 30, id));
            bench.step();
        }
        bench.submit(Bench.job(4, 2, 9, 4));
        assertThat(Bench.ids(bench.step())).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void aPaceBoundsPromptsBesideThoseWhoWrite() {
        CostModel cost = step -> 5 + step.tokens();
        var options = Bench.options(100, 64);
        var bench = new Bench(options.withSteps(options.steps().withPace(new Pace(cost, 20, 2))), new FirstCome());
        bench.submit(Bench.job(0, 40, 50, 0));
        assertThat(Bench.count(bench.step(), 0)).as("nobody writes yet").isEqualTo(40);
        bench.submit(Bench.job(1, 60, 1, 1));
        StepPlan beside = bench.step();
        assertThat(Bench.count(beside, 1)).isEqualTo(14);
        assertThat(cost.nanos(beside.shape())).isEqualTo(20);
        assertThat(cost.nanos(beside.shape().withPrefill(0, 1))).isGreaterThan(20);
    }

    @Test
    void aPaceThatCannotBeKeptLetsPromptsGoOnAllTheSame() {
        var options = Bench.options(100, 64);
        var pace = new Pace(_ -> 1_000, 20, 3);
        var bench = new Bench(options.withSteps(options.steps().withPace(pace)), new FirstCome());
        bench.submit(Bench.job(0, 4, 50, 0));
        bench.step();
        bench.submit(Bench.job(1, 60, 1, 1));
        assertThat(Bench.count(bench.step(), 1)).isEqualTo(3);
    }

    @Test
    void theStepsSizeCanBeChangedOnTheWay() {
        var bench = new Bench(Bench.options(100, 8), new FirstCome());
        bench.submit(Bench.job(0, 60, 1, 0));
        assertThat(bench.step().shape().tokens()).isEqualTo(8);
        bench.scheduler.limits(StepLimits.of(20, 4));
        assertThat(bench.step().shape().tokens()).isEqualTo(20);
    }

    @Test
    void moreWritersThanAStepHoldsTakeTurns() {
        var bench = new Bench(Bench.options(100, 16), new FirstCome());
        IntStream.range(0, 4).forEach(id -> bench.submit(Bench.job(id, 4, 6, id)));
        bench.step();
        bench.scheduler.limits(StepLimits.of(2, 16));
        assertThat(Bench.ids(bench.step())).containsExactly(0L, 1L);
        assertThat(Bench.ids(bench.step())).containsExactly(2L, 3L);
        assertThat(Bench.ids(bench.step())).containsExactly(0L, 1L);
    }

    @Test
    void withoutABlockTheJuniorOfLeastPriorityGivesItsMemoryAway() {
        var bench = new Bench(Bench.options(8, 64), new FirstCome());
        bench.submit(Bench.job(0, 8, 20, 0));
        bench.submit(Bench.job(1, 8, 20, 1).withPriority(1));
        bench.submit(Bench.job(2, 8, 8, 2));
        StepPlan plan = bench.step();
        while (plan.preempted().isEmpty()) {
            plan = bench.step();
        }
        assertThat(plan.preempted()).extracting(sequence -> sequence.job().id()).containsExactly(2L);
        assertThat(plan.moves()).isEmpty();
        bench.finish();
        assertThat(bench.ended)
                .hasSize(3)
                .allSatisfy((_, over) -> assertThat(over.reason()).isEqualTo(Reason.DONE));
        assertThat(bench.over(1).account().preemptions()).isZero();
        assertThat(bench.over(2).account().preemptions()).isPositive();
    }

    @Test
    void aJuniorWhoseTurnItIsTakesNothingFromASenior() {
        var bench = new Bench(Bench.options(4, 16), new FirstCome());
        bench.submit(Bench.job(0, 7, 5, 0));
        bench.submit(Bench.job(1, 8, 5, 1));
        bench.step();
        bench.scheduler.limits(StepLimits.of(1, 16));
        assertThat(Bench.ids(bench.step())).containsExactly(0L);
        // Now it is job 1's turn, which needs a block; none is free.
        StepPlan plan = bench.step();
        assertThat(Bench.ids(plan)).containsExactly(0L);
        assertThat(plan.preempted()).extracting(sequence -> sequence.job().id()).containsExactly(1L);
    }

    @Test
    void withSlotsOnTheHostNothingIsComputedTwice() {
        var memory = Bench.options(8, 64).memory().withHostSlots(16).withSharing(false);
        var bench = new Bench(Bench.options(8, 64).withMemory(memory), new FirstCome());
        bench.submit(Bench.job(0, 8, 16, 0));
        bench.submit(Bench.job(1, 8, 16, 1));
        bench.finish();
        assertThat(bench.scheduler.state().preemptions()).isPositive();
        // The last token of an answer is never computed.
        assertThat(bench.engine.computed).isEqualTo(2 * (8 + 15));
        List<BlockMove> moves =
                bench.plans.stream().flatMap(plan -> plan.moves().stream()).toList();
        assertThat(moves).hasAtLeastOneElementOfType(BlockMove.SwapOut.class);
        assertThat(moves).hasAtLeastOneElementOfType(BlockMove.SwapIn.class);
    }

    @Test
    void theWatermarkKeepsBlocksForThoseWhoRun() {
        var options = Bench.options(10, 64);
        var bench = new Bench(options.withMemory(options.memory().withWatermark(0.3)), new FirstCome());
        bench.submit(Bench.job(0, 16, 2, 0));
        bench.submit(Bench.job(1, 16, 2, 1));
        assertThat(Bench.ids(bench.step()))
                .as("4 + 4 of 10 blocks would leave 2")
                .containsExactly(0L);
        bench.finish();
        assertThat(bench.ended).hasSize(2);
    }

    @Test
    void reservationsSayHowMuchMustFit() {
        assertThat(begun(Reservation.CHUNK)).isEqualTo(3);
        assertThat(begun(Reservation.PROMPT)).isEqualTo(2);
        assertThat(begun(Reservation.PREDICTED)).isEqualTo(1);
        assertThat(begun(Reservation.WORST)).isEqualTo(1);
    }

    /// How many of three jobs begin at once.
    private static int begun(Reservation reservation) {
        var options = Bench.options(10, 64);
        var limits = options.steps().withChunk(8);
        var memory = options.memory().withReservation(reservation);
        var bench = new Bench(options.withMemory(memory).withSteps(limits), new FirstCome());
        IntStream.range(0, 3).forEach(id -> bench.submit(Bench.job(id, 16, 8, id)));
        int begun = bench.step().slices().size();
        bench.finish();
        assertThat(bench.ended).hasSize(3);
        if (reservation == Reservation.WORST) {
            assertThat(bench.scheduler.state().preemptions()).isZero();
        }
        return begun;
    }

    @Test
    void nobodyOvertakesTheFirstThatDoesNotFit() {
        var bench = new Bench(Bench.options(10, 64), new FirstCome());
        bench.submit(Bench.job(0, 16, 10, 0));
        bench.step();
        bench.submit(Bench.job(1, 36, 1, 1));
        bench.submit(Bench.job(2, 4, 1, 2));
        assertThat(Bench.ids(bench.step())).containsExactly(0L);
        bench.finish();
        assertThat(bench.over(1).account().started())
                .isLessThanOrEqualTo(bench.over(2).account().started());
    }

    @Test
    void aJobWithoutNewTokensEndsWithItsPrompt() {
        var bench = new Bench(Bench.options(100, 64), new FirstCome());
        bench.submit(Bench.job(0, 10, 0, 0));
        StepPlan plan = bench.step();
        assertThat(plan.slices().getFirst().logits()).isTrue();
        assertThat(bench.over(0).reason()).isEqualTo(Reason.DONE);
        assertThat(bench.over(0).account().firstToken()).isEqualTo(-1);
    }

    @Test
    void whatIsWrongIsRefusedAndNothingChanges() {
        var scheduler = new Scheduler(Bench.options(100, 64), new FirstCome(), Listener.NONE);
        scheduler.submit(Bench.job(0, 6, 4, 0), 0);
        StepPlan plan = scheduler.plan(0);
        assertThatThrownBy(() -> scheduler.plan(0)).hasMessageContaining("advance() comes before");
        assertThatThrownBy(() -> scheduler.advance(plan, List.of(), 0)).hasMessageContaining("as many outcomes, not 0");
        assertThatThrownBy(() -> scheduler.advance(plan, List.of(Outcome.none()), 0))
                .hasMessageContaining("cannot have 0 new tokens");
        assertThatThrownBy(() -> scheduler.advance(plan, List.of(Outcome.tokens(1, 2)), 0))
                .hasMessageContaining("cannot have 2 new tokens");
        assertThat(scheduler.advance(plan, List.of(Outcome.ended(1)), 0).ended())
                .hasSize(1);
        assertThatThrownBy(() -> scheduler.advance(plan, List.of(Outcome.ended(1)), 0))
                .hasMessage("this plan is not the one under way");
        assertThatThrownBy(() -> Outcome.tokens()).hasMessageContaining("a token at least");
        assertThatThrownBy(() -> Prompt.of()).hasMessageContaining("at least one token");
    }

    @Test
    void aListenerHearsAJobsWholeStory() {
        var heard = new ArrayList<String>();
        var bench = new Bench(Bench.options(8, 64), new FirstCome(), new Listener() {
            @Override
            public void queued(Job job, long now) {
                heard.add("queued " + job.id());
            }

            @Override
            public void started(Job job, int cachedTokens, long now) {
                heard.add("started " + job.id() + " with " + cachedTokens);
            }

            @Override
            public void preempted(Sequence sequence, boolean swapped, long now) {
                heard.add("preempted " + sequence.job().id());
            }

            @Override
            public void ended(Ended ended, long now) {
                heard.add(ended.reason() + " " + ended.job().id());
            }
        });
        bench.submit(Bench.job(0, 8, 20, 0));
        bench.submit(Bench.job(1, 8, 8, 1));
        bench.finish();
        assertThat(heard)
                .containsExactly("queued 0", "queued 1", "started 0 with 0", "started 1 with 0", "DONE 1", "DONE 0");
        assertThat(bench.over(0).account()).isEqualTo(new Ended.Account(0, 0, 16, 20, bench.now, 0));
    }
}
