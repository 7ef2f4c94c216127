package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.schedule.Ended.Reason;
import java.util.ArrayList;
import java.util.Arrays;
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
    void aSharedBeginningIsComputedOnce() {
        var bench = new Bench(Bench.options(1_000, 64), new FirstCome());
        int[] ids = IntStream.range(0, 60).toArray();
        for (int id = 0; id < 8; id++) {
            int[] own = ids.clone();
            own[59] = 100 + id;
            own[58] = 100 + id;
            bench.submit(Job.of(id, Prompt.of(own), 1, id));
        }
        bench.finish();
        // 56 positions are full blocks that all share; each computes its own four.
        assertThat(bench.engine.computed).isEqualTo(56 + 8 * 4);
        assertThat(bench.scheduler.state().prefix().hitTokens()).isEqualTo(7 * 56);
        assertThat(bench.over(7).account().cachedTokens()).isEqualTo(56);
    }

    @Test
    void aSharedBeginningIsTakenOverWhileTheFirstStillComputesIt() {
        var bench = new Bench(Bench.options(1_000, 8), new FirstCome());
        int[] ids = IntStream.range(0, 40).toArray();
        bench.submit(Job.of(0, Prompt.of(ids), 1, 0));
        bench.step();
        ids[39] = 77;
        bench.submit(Job.of(1, Prompt.of(ids), 1, 1));
        bench.finish();
        assertThat(bench.engine.computed).isEqualTo(40 + 4);
    }

    @Test
    void nothingIsSharedAcrossSaltsAndAdapters() {
        var bench = new Bench(Bench.options(1_000, 64), new FirstCome());
        Prompt prompt = Prompt.of(IntStream.range(0, 20).toArray());
        bench.submit(Job.of(0, prompt, 1, 0));
        bench.submit(Job.of(1, prompt.withSalt("a"), 1, 1));
        bench.submit(Job.of(2, prompt.withAdapter("a"), 1, 2));
        bench.finish();
        assertThat(bench.engine.computed).isEqualTo(60);
        bench.submit(Job.of(3, prompt.withAdapter("a"), 1, 3));
        bench.finish();
        assertThat(bench.engine.computed)
                .as("the last block is computed for its logits")
                .isEqualTo(64);
        bench.scheduler.forgetPrefixes();
        bench.submit(Job.of(4, prompt.withAdapter("a"), 1, 3));
        bench.finish();
        assertThat(bench.engine.computed).isEqualTo(84);
    }

    @Test
    void aConversationGoesOnFromItsAnswer() {
        var bench = new Bench(Bench.options(100, 64), new FirstCome());
        bench.submit(Bench.job(0, 10, 11, 0));
        bench.finish();
        int[] next = new int[30];
        for (int position = 0; position < 10; position++) {
            next[position] = 1_000 + position;
        }
        Arrays.fill(next, 10, 30, 23);
        bench.submit(Job.of(1, Prompt.of(next), 1, 1));
        bench.finish();
        // Of 21 tokens 20 were computed: five blocks.
        assertThat(bench.over(1).account().cachedTokens()).isEqualTo(20);
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
    void samplesShareTheirPrompt() {
        var bench = new Bench(Bench.options(100, 64), new FirstCome());
        bench.submit(Bench.job(0, 18, 5, 0).withSamples(3));
        StepPlan plan = bench.plan();
        StepReport report = bench.advance(plan);
        assertThat(report.forks()).extracting(StepReport.Fork::branch).containsExactly(1, 2);
        assertThat(bench.scheduler.state().blocks().used())
                .as("18 positions, once")
                .isEqualTo(5);
        StepPlan next = bench.plan();
        assertThat(next.slices()).hasSize(3);
        assertThat(next.moves()).as("two of three copy the partly filled block").hasSize(2);
        bench.advance(next);
        assertThat(bench.scheduler.state().blocks().used()).isEqualTo(7);
    }

    @Test
    void aBeamGoesOnWithItsBestBranches() {
        var scheduler = new Scheduler(Bench.options(100, 64), new FirstCome(), Listener.NONE);
        scheduler.submit(Bench.job(0, 6, 4, 0).withSamples(2), 0);
        StepPlan prompt = scheduler.plan(0);
        StepReport first =
                scheduler.advance(prompt, List.of(Outcome.branches(List.of(Outcome.tokens(1), Outcome.tokens(2)))), 1);
        Sequence second = first.forks().getFirst().child();
        StepPlan beams = scheduler.plan(1);
        // The second beam has both of the best continuations: the first is dropped.
        StepReport report = scheduler.advance(
                beams, List.of(Outcome.ended(), Outcome.branches(List.of(Outcome.tokens(3), Outcome.tokens(4)))), 2);
        Sequence third = report.forks().getFirst().child();
        assertThat(report.forks().getFirst().parent()).isSameAs(second);
        assertThat(List.of(second.token(6), second.token(7))).containsExactly(2, 3);
        assertThat(List.of(third.token(6), third.token(7))).containsExactly(2, 4);
        assertThat(third.branch()).isEqualTo(2);
        StepPlan last = scheduler.plan(2);
        assertThat(last.slices()).hasSize(2);
        assertThatThrownBy(() -> scheduler.advance(
                        last,
                        List.of(Outcome.tokens(1), Outcome.branches(List.of(Outcome.tokens(3), Outcome.tokens(4)))),
                        3))
                .hasMessage("job 0 has 2 samples, not 3");
        assertThat(scheduler
                        .advance(last, List.of(Outcome.ended(), Outcome.ended(5)), 3)
                        .ended())
                .singleElement()
                .satisfies(over -> assertThat(over.account().newTokens()).isEqualTo(5));
        assertThat(scheduler.state().blocks().used()).isZero();
    }

    @Test
    void draftsThatWereAcceptedAreNotComputedAgain() {
        var scheduler = new Scheduler(Bench.options(100, 64), new FirstCome(), Listener.NONE);
        scheduler.submit(Bench.job(0, 6, 20, 0), 0);
        StepPlan prompt = scheduler.plan(0);
        scheduler.advance(prompt, List.of(Outcome.tokens(1)), 1);
        Sequence sequence = prompt.slices().getFirst().sequence();
        scheduler.propose(sequence, 4);
        StepPlan plan = scheduler.plan(1);
        assertThat(plan.slices()).containsExactly(new Slice(sequence, 6, 5, 4, true));
        scheduler.advance(plan, List.of(Outcome.tokens(2, 3, 4)), 2);
        assertThat(sequence.length()).isEqualTo(10);
        assertThat(sequence.computed()).isEqualTo(9);
        assertThat(sequence.table().length()).as("what was rejected is gone").isEqualTo(9);
        assertThat(scheduler.plan(2).slices()).containsExactly(new Slice(sequence, 9, 1, 0, true));
    }

    @Test
    void noMoreIsDraftedThanTheJobAndTheStepAllow() {
        var scheduler = new Scheduler(Bench.options(100, 7), new FirstCome(), Listener.NONE);
        scheduler.submit(Bench.job(0, 6, 4, 0), 0);
        StepPlan prompt = scheduler.plan(0);
        scheduler.advance(prompt, List.of(Outcome.tokens(1)), 1);
        scheduler.propose(prompt.slices().getFirst().sequence(), 9);
        assertThat(scheduler.plan(1).slices().getFirst().drafts())
                .as("three tokens are left, one of which is the model's own")
                .isEqualTo(2);
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
