package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is computed once though several want it: equal beginnings, branches, drafts that were right.
class SharingTest {
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
    void branchesThatAreStillToComeArePromisedTheirMemory() {
        var memory = Bench.options(12, 64).memory().withReservation(Reservation.WORST);
        var bench = new Bench(Bench.options(12, 64).withMemory(memory), new FirstCome());
        // Six blocks to its end, five more for the second branch: of twelve, one is left, and job 1 needs three.
        bench.submit(Bench.job(0, 8, 16, 0).withSamples(2));
        bench.submit(Bench.job(1, 4, 8, 1));
        assertThat(Bench.ids(bench.step())).containsExactly(0L);
        bench.finish();
        assertThat(bench.scheduler.state().preemptions()).isZero();
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
}
