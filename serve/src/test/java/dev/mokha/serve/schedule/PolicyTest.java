package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.schedule.Ended.Reason;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PolicyTest {
    @Test
    void anUrgentJobGoesBeforeALongPromptThatIsBeingComputed() {
        var bench = new Bench(Bench.options(100, 10), new ByPriority(1_000_000, false));
        bench.submit(Bench.job(0, 100, 1, 0));
        bench.step();
        bench.submit(Bench.job(1, 15, 3, bench.now).withPriority(1));
        assertThat(Bench.ids(bench.step())).containsExactly(1L);
        StepPlan plan = bench.step();
        assertThat(Bench.count(plan, 1)).isEqualTo(5);
        assertThat(Bench.count(plan, 0)).as("what is left").isEqualTo(5);
    }

    @Test
    void anUrgentJobTakesThePlaceAndTheMemoryOfLesserOnes() {
        var options = Bench.options(12, 64);
        var bench = new Bench(options, new ByPriority(1_000_000, true));
        bench.submit(Bench.job(0, 16, 20, 0));
        bench.submit(Bench.job(1, 16, 20, 1));
        bench.step();
        bench.submit(Bench.job(2, 20, 2, 2).withPriority(5));
        StepPlan plan = bench.step();
        assertThat(plan.preempted()).extracting(sequence -> sequence.job().id()).containsExactly(1L);
        assertThat(Bench.count(plan, 2)).isEqualTo(20);
        bench.finish();
        assertThat(bench.ended.values()).hasSize(3).allMatch(over -> over.reason() == Reason.DONE);
    }

    @Test
    void anUrgentJobTakesAPlaceInTheStep() {
        var options = Bench.options(100, 64);
        var bench = new Bench(options.withSteps(StepLimits.of(64, 2)), new ByPriority(1_000_000, true));
        bench.submit(Bench.job(0, 4, 20, 0));
        bench.submit(Bench.job(1, 4, 20, 1));
        bench.step();
        bench.submit(Bench.job(2, 4, 2, 2).withPriority(5));
        assertThat(Bench.ids(bench.step())).containsExactly(0L, 2L);
    }

    @Test
    void nobodyIsDisplacedInVain() {
        var bench = new Bench(Bench.options(12, 64), new ByPriority(1_000_000, true));
        bench.submit(Bench.job(0, 16, 20, 0).withPriority(9));
        bench.submit(Bench.job(1, 8, 20, 1));
        bench.step();
        bench.submit(Bench.job(2, 36, 2, 2).withPriority(5));
        assertThat(bench.step().preempted())
                .as("job 0 is more urgent, and job 1 too small")
                .isEmpty();
    }

    /// Somebody more urgent arrives in every step, for as long as it takes.
    @Property(tries = 30)
    void whoWaitsGainsLevels(@ForAll @IntRange(min = 1, max = 20) int level) {
        var bench = new Bench(Bench.options(100, 8), new ByPriority(100, true));
        bench.scheduler.limits(StepLimits.of(8, 1));
        bench.submit(Bench.job(0, 8, 1, 0));
        for (long id = 1; !bench.ended.containsKey(0L); id++) {
            bench.submit(Bench.job(id, 8, 1, bench.now).withPriority(level));
            bench.step();
        }
        assertThat(bench.over(0).account().started()).isBetween(100L * level - 100, 100L * level + 100);
    }

    @Test
    void theShortestPredictedGoesFirst() {
        var history = new TenantHistory(1);
        var bench = new Bench(Bench.options(100, 64), new ShortestFirst(history, 1, 1e-3));
        bench.scheduler.limits(StepLimits.of(64, 1));
        bench.submit(Bench.job(0, 4, 40, 0).withTenant("long"));
        bench.submit(Bench.job(1, 4, 2, 0).withTenant("short"));
        bench.finish();
        assertThat(history.newTokens(Bench.job(9, 1, 30, 0).withTenant("short")))
                .isEqualTo(2);
        assertThat(history.newTokens(Bench.job(9, 1, 30, 0).withTenant("long"))).isEqualTo(30);
        assertThat(history.newTokens(Bench.job(9, 1, 30, 0).withTenant("new"))).isEqualTo(15);
        bench.submit(Bench.job(2, 4, 40, bench.now).withTenant("long"));
        bench.submit(Bench.job(3, 20, 40, bench.now).withTenant("short"));
        assertThat(Bench.ids(bench.step())).as("22 tokens of work, not 44").containsExactly(3L);
    }

    @Test
    void aLongJobIsNotOvertakenForEver() {
        // A token of work is made up for by a nanosecond.
        var bench = new Bench(Bench.options(100, 8), new ShortestFirst(new TenantHistory(0.5), 1, 1e9));
        bench.scheduler.limits(StepLimits.of(8, 1));
        bench.submit(Bench.job(0, 200, 1, 0));
        for (long id = 1; !bench.ended.containsKey(0L); id++) {
            bench.submit(Bench.job(id, 4, 1, bench.now));
            bench.step();
        }
        assertThat(bench.over(0).account().started()).isLessThan(250);
    }

    /// Theorem 4.4 of Sheng et al. 2024: of tenants that always have jobs waiting, none is given more than
    /// another by 2 max(w_p L_input, w_q M), M being the tokens that run at once.
    @Property(tries = 60)
    void theServiceOfBackloggedTenantsStaysWithinTheBound(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        int blocks = 20 + chance.nextInt(40);
        int longest = 4 + chance.nextInt(30);
        int tokens = 8 + chance.nextInt(30);
        var fair = new FairShare();
        var bench = new Bench(Bench.options(blocks, tokens), fair);
        double[] served = new double[3];
        Map<Long, Integer> reached = new HashMap<>();
        int[] queued = new int[3];
        long id = 0;
        double bound = 2 * Math.max(longest + tokens, 2.0 * blocks * 4);
        for (int step = 0; step < 400; step++) {
            for (int tenant = 0; tenant < 3; tenant++) {
                // Tenant 2 sends long jobs, the others short ones: the number of requests says nothing.
                while (queued[tenant] < 5) {
                    int prompt = tenant == 2 ? longest : 1 + chance.nextInt(4);
                    int answer = tenant == 2 ? 20 : 1 + chance.nextInt(4);
                    bench.submit(Bench.job(id++, prompt, answer, bench.now).withTenant("" + tenant));
                    queued[tenant]++;
                }
            }
            StepPlan plan = bench.step();
            for (Slice slice : plan.slices()) {
                int tenant = Integer.parseInt(slice.sequence().job().tenant());
                boolean began = slice.from() == 0;
                queued[tenant] -= began && slice.sequence().live().preemptions() == 0 ? 1 : 0;
                // What is computed anew after a preemption is no service.
                int upTo = Math.min(
                        slice.from() + slice.count(),
                        slice.sequence().job().prompt().length());
                int before = reached.getOrDefault(slice.sequence().job().id(), 0);
                served[tenant] += Math.max(0, upTo - before);
                reached.put(slice.sequence().job().id(), Math.max(upTo, before));
                served[tenant] += slice.logits() ? 2 : 0;
            }
            for (int tenant = 1; tenant < 3; tenant++) {
                assertThat(Math.abs(served[tenant] - served[0])).isLessThanOrEqualTo(bound);
            }
        }
        assertThat(fair.counter("0")).isPositive();
    }

    @Test
    void whoComesBackHasSavedNothing() {
        var fair = new FairShare();
        var bench = new Bench(Bench.options(100, 64), fair);
        bench.submit(Bench.job(0, 10, 5, 0).withTenant("a"));
        bench.submit(Bench.job(1, 10, 5, 0).withTenant("a"));
        bench.step();
        double before = fair.counter("a");
        assertThat(before).isEqualTo(2 * 10 + 2 * 2);
        bench.submit(Bench.job(2, 10, 5, 0).withTenant("b"));
        assertThat(fair.counter("b")).isEqualTo(before);
        bench.finish();
        bench.submit(Bench.job(3, 10, 5, 0).withTenant("c"));
        assertThat(fair.counter("c")).as("the last who left").isEqualTo(Math.max(fair.counter("a"), fair.counter("b")));
    }

    @Test
    void aTenantOfTwoSharesIsGivenTwice() {
        var fair = new FairShare(1, 2, Map.of("a", 2.0));
        var bench = new Bench(Bench.options(100, 64), fair);
        bench.submit(Bench.job(0, 10, 5, 0).withTenant("a"));
        bench.submit(Bench.job(1, 10, 5, 0).withTenant("b"));
        bench.finish();
        assertThat(fair.counter("a") * 2).isEqualTo(fair.counter("b")).isEqualTo(20);
    }

    @Test
    void whatTheCacheSavesIsNotCharged() {
        var fair = new FairShare();
        var bench = new Bench(Bench.options(100, 64), fair);
        Job first = Bench.job(0, 41, 1, 0).withTenant("a");
        bench.submit(first);
        bench.finish();
        bench.submit(Job.of(1, first.prompt(), 1, bench.now).withTenant("b"));
        double before = fair.counter("b");
        bench.finish();
        assertThat(fair.counter("b") - before)
                .as("one prompt token and one new one")
                .isEqualTo(3);
    }

    private static Job due(long id, int prompt, long by) {
        return Bench.job(id, prompt, 1, 0).withTargets(new Targets(by, 1_000));
    }

    @Test
    void whoIsDueFirstGoesFirstAndWhoIsLateLast() {
        CostModel cost = StepShape::tokens;
        var bench = new Bench(Bench.options(100, 10), new EarliestDeadline(cost, false));
        bench.submit(Bench.job(0, 10, 1, 0));
        bench.submit(due(1, 10, 5));
        bench.submit(due(2, 10, 60));
        bench.submit(due(3, 10, 40));
        bench.finish();
        assertThat(bench.plans.stream().map(plan -> Bench.ids(plan).getFirst()))
                .as("5 ns are too few for 10 tokens; who is due never goes before who is late")
                .containsExactly(3L, 2L, 0L, 1L);
    }

    @Test
    void whoIsLateIsDropped() {
        var bench = new Bench(Bench.options(100, 10), new EarliestDeadline(StepShape::tokens, true));
        bench.submit(due(1, 10, 5));
        bench.submit(due(2, 10, 15));
        bench.finish();
        assertThat(bench.over(1).reason()).isEqualTo(Reason.TOO_LATE);
        assertThat(bench.over(2).reason()).isEqualTo(Reason.DONE);
        assertThat(bench.scheduler.state().queued()).isZero();
    }

    @Test
    void tokensAreDueOneAfterAnother() {
        var targets = new Targets(100, 10);
        assertThat(targets.due(7, 0)).isEqualTo(107);
        assertThat(targets.due(7, 3)).isEqualTo(137);
        assertThat(Targets.NONE.due(7, 3)).isEqualTo(Long.MAX_VALUE);
        assertThat(new Targets(100, Long.MAX_VALUE).due(7, 1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new ByPriority(0, true)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> new TenantHistory(0)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> new ShortestFirst(new TenantHistory(1), 1, 0)).hasMessageContaining("waiting counts");
        assertThatThrownBy(() -> new FairShare(1, 0, Map.of())).hasMessageContaining("positive");
        assertThatThrownBy(() -> new Targets(0, 1)).hasMessageContaining("at least a nanosecond");
    }
}
