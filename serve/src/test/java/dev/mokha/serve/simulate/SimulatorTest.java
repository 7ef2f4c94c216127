package dev.mokha.serve.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.serve.schedule.ByPriority;
import dev.mokha.serve.schedule.CostModel;
import dev.mokha.serve.schedule.EarliestDeadline;
import dev.mokha.serve.schedule.FairShare;
import dev.mokha.serve.schedule.FirstCome;
import dev.mokha.serve.schedule.LinearCost;
import dev.mokha.serve.schedule.Pace;
import dev.mokha.serve.schedule.Policy;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.serve.schedule.SchedulerOptions;
import dev.mokha.serve.schedule.ShortestFirst;
import dev.mokha.serve.schedule.StepLimits;
import dev.mokha.serve.schedule.Targets;
import dev.mokha.serve.schedule.TenantHistory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatorTest {
    private static final CostModel UNIT = new LinearCost(10, 1, 0, 1, 0);
    private static final long MILLISECOND = 1_000_000;

    private static Setup setup(CostModel cost) {
        return new Setup(SchedulerOptions.of(4096), cost, Targets.NONE, 1000, Setup.Drafts.NONE, 0);
    }

    @Test
    void aSingleRequestTakesWhatItsStepsTake() {
        var workload = new Workload(List.of(Request.of(0, 20, 3)));
        Report report = Simulator.run(workload, setup(UNIT), new FirstCome());
        // A prompt of 20, then two steps of one token: the first token comes with the prompt.
        assertThat(report.times().firstToken().p50()).isCloseTo(30e-9, within(1e-15));
        assertThat(report.times().whole().p99()).isCloseTo(52e-9, within(1e-15));
        assertThat(report.times().perToken().mean()).isCloseTo(11e-9, within(1e-15));
        assertThat(report.times().betweenTokens().p99()).isCloseTo(11e-9, within(1e-15));
        assertThat(report.times().queue().p99()).isZero();
        assertThat(report.load().steps()).isEqualTo(3);
        assertThat(report.load().busy()).isCloseTo(1, within(1e-9));
        assertThat(report.rates().newTokens()).isCloseTo(3 / 52e-9, within(1.0));
    }

    @Test
    void whatComesLaterWaitsForTheStepUnderWay() {
        var workload = new Workload(List.of(Request.of(0, 20, 1), Request.of(5, 10, 1)));
        Report report = Simulator.run(workload, setup(UNIT), new FirstCome());
        assertThat(report.times().queue().p99()).isCloseTo(25e-9, within(1e-15));
        assertThat(report.times().firstToken().p99()).isCloseTo(45e-9, within(1e-15));
    }

    /// The queue M/D/1: Poisson arrivals, one at a time, all of the same length. Pollaczek and Khinchine: the
    /// mean wait is ρ D / (2 (1 - ρ)).
    @Test
    void theQueueIsAsTheTheorySays() {
        for (double load : new double[] {0.3, 0.7}) {
            var recipe = new Workload.Recipe(
                    new Arrivals.Poisson(1000 * load), Lengths.parse("8"), Lengths.parse("1"), 1, 0, 0);
            Workload workload = Workload.draw(recipe, 40_000, 11);
            var options = SchedulerOptions.of(64).withSteps(StepLimits.of(8, 1));
            var setup = new Setup(options, _ -> MILLISECOND, Targets.NONE, 1, Setup.Drafts.NONE, 0);
            Report report = Simulator.run(workload, setup, new FirstCome());
            double wait = load * 1e-3 / (2 * (1 - load));
            assertThat(report.times().queue().mean()).isCloseTo(wait, within(0.05 * wait));
            assertThat(report.load().busy()).isCloseTo(load, within(0.02));
        }
    }

    private static Workload chats(double rate, int tenants, double urgent) {
        return Workload.draw(
                new Workload.Recipe(
                        new Arrivals.Bursts(rate, 2),
                        Lengths.parse("lognormal:200:1:2000"),
                        Lengths.parse("lognormal:60:0.8:400"),
                        tenants,
                        0,
                        urgent),
                400,
                5);
    }

    private static Report run(Workload workload, Policy policy) {
        return Simulator.run(workload, setup(LinearCost.twoCores()), policy);
    }

    @Test
    void nothingIsLostAndEqualRunsAreEqual() {
        Workload workload = chats(0.5, 2, 0);
        Report report = run(workload, new FirstCome());
        assertThat(report).isEqualTo(run(workload, new FirstCome()));
        assertThat(report.counts().finished()).isEqualTo(400);
        long tokens = workload.requests().stream().mapToLong(Request::newTokens).sum();
        assertThat(report.rates().newTokens() * report.rates().seconds()).isCloseTo((double) tokens, within(0.01));
        assertThat(report.tenants().values().stream()
                        .mapToLong(Report.Tenant::newTokens)
                        .sum())
                .isEqualTo(tokens);
    }

    @Test
    void moreRequestsNeverWaitLess() {
        double before = 0;
        for (double rate : new double[] {0.05, 0.2, 0.5, 1}) {
            double first =
                    run(chats(rate, 1, 0), new FirstCome()).times().firstToken().p95();
            assertThat(first).isGreaterThan(before);
            before = first;
        }
    }

    @Test
    void urgentRequestsAreServedSoonerByPriority() {
        Workload workload = chats(0.5, 1, 0.1);
        Report plain = run(workload, new FirstCome());
        Report urgent = run(workload, new ByPriority(1_000_000_000_000L, true));
        assertThat(firstToken(urgent, "urgent")).isLessThan(firstToken(plain, "urgent") / 4);
    }

    private static double firstToken(Report report, String tenant) {
        Report.Tenant found = report.tenants().get(tenant);
        return found == null ? Double.NaN : found.firstToken().mean();
    }

    @Test
    void theShortestFirstLowersTheMeanWait() {
        var requests = new ArrayList<Request>();
        for (int number = 0; number < 200; number++) {
            boolean brief = number % 2 == 0;
            String tenant = brief ? "brief" : "lengthy";
            requests.add(new Request(number * 1_000L * MILLISECOND, 100, brief ? 5 : 200, tenant, 0, 0, ""));
        }
        var workload = new Workload(requests);
        var shortest = new ShortestFirst(new TenantHistory(0.5), 4, 1);
        assertThat(narrow(workload, shortest).times().firstToken().mean())
                .isLessThan(0.7
                        * narrow(workload, new FirstCome()).times().firstToken().mean());
    }

    /// With eight places in a step.
    private static Report narrow(Workload workload, Policy policy) {
        var options = SchedulerOptions.of(4096).withSteps(StepLimits.of(2048, 8));
        return Simulator.run(
                workload, new Setup(options, LinearCost.twoCores(), Targets.NONE, 400, Setup.Drafts.NONE, 0), policy);
    }

    @Test
    void aFloodOfOneTenantDoesNotDrownAnother() {
        var requests = new ArrayList<Request>();
        for (int number = 0; number < 200; number++) {
            requests.add(new Request(0, 300, 50, "flood", 0, 0, ""));
        }
        for (int number = 0; number < 20; number++) {
            requests.add(new Request(1 + number * 10_000L * MILLISECOND, 300, 50, "light", 0, 0, ""));
        }
        var workload = new Workload(requests);
        Report first = narrow(workload, new FirstCome());
        Report fair = narrow(workload, new FairShare());
        assertThat(firstToken(fair, "light")).isLessThan(firstToken(first, "light") / 10);
    }

    @Test
    void whoIsLateDoesNotMakeOthersLate() {
        Workload workload = chats(0.6, 1, 0);
        var targets = new Targets(6_000 * MILLISECOND, 1_000 * MILLISECOND);
        Setup setup = new Setup(SchedulerOptions.of(4096), LinearCost.twoCores(), targets, 400, Setup.Drafts.NONE, 0);
        Report first = Simulator.run(workload, setup, new FirstCome());
        Report dropping = Simulator.run(workload, setup, new EarliestDeadline(LinearCost.twoCores(), true));
        assertThat(dropping.counts().dropped()).isPositive();
        assertThat(dropping.counts().good()).isGreaterThan(2 * first.counts().good());
    }

    @Test
    void aPaceBoundsTheTimeBetweenTokens() {
        Workload workload = chats(0.1, 1, 0);
        LinearCost cost = LinearCost.twoCores();
        Report free = run(workload, new FirstCome());
        var steps = StepLimits.DEFAULT.withPace(new Pace(cost, 300 * MILLISECOND, 16));
        Setup paced =
                new Setup(SchedulerOptions.of(4096).withSteps(steps), cost, Targets.NONE, 400, Setup.Drafts.NONE, 0);
        Report report = Simulator.run(workload, paced, new FirstCome());
        assertThat(report.times().betweenTokens().p99()).isLessThan(0.31);
        assertThat(free.times().betweenTokens().p99()).isGreaterThan(1);
    }

    @Test
    void aSharedBeginningSavesItsTime() {
        var recipe = new Workload.Recipe(
                new Arrivals.Poisson(0.2), Lengths.parse("1000-1100"), Lengths.parse("20"), 1, 960, 0);
        Workload workload = Workload.draw(recipe, 50, 1);
        Setup sharing = setup(LinearCost.twoCores());
        var memory = sharing.options().memory().withSharing(false);
        Setup alone = new Setup(
                sharing.options().withMemory(memory), sharing.cost(), Targets.NONE, 1000, Setup.Drafts.NONE, 0);
        Report shared = Simulator.run(workload, sharing, new FirstCome());
        assertThat(shared.load().hitRate()).isGreaterThan(0.85);
        assertThat(shared.times().firstToken().mean())
                .isLessThan(Simulator.run(workload, alone, new FirstCome())
                                .times()
                                .firstToken()
                                .mean()
                        / 5);
    }

    @Test
    void draftsThatAreRightSaveSteps() {
        var workload = new Workload(List.of(Request.of(0, 10, 101)));
        Setup setup = new Setup(SchedulerOptions.of(64), UNIT, Targets.NONE, 200, new Setup.Drafts(4, 1), 0);
        assertThat(Simulator.run(workload, setup, new FirstCome()).load().steps())
                .isEqualTo(1 + 20);
        Setup wrong = new Setup(SchedulerOptions.of(64), UNIT, Targets.NONE, 200, new Setup.Drafts(4, 0), 0);
        assertThat(Simulator.run(workload, wrong, new FirstCome()).load().steps())
                .isEqualTo(101);
    }

    @Test
    void aFullQueueRefusesAndTimesOut() {
        var options = SchedulerOptions.of(64).withSteps(StepLimits.of(16, 1)).withQueue(new QueueLimits(5, 10_000, 30));
        Setup setup = new Setup(options, UNIT, Targets.NONE, 10, Setup.Drafts.NONE, 0);
        var requests = new ArrayList<Request>();
        for (int number = 0; number < 20; number++) {
            requests.add(Request.of(number, 16, 1));
        }
        Report.Counts counts =
                Simulator.run(new Workload(requests), setup, new FirstCome()).counts();
        assertThat(counts.refused()).isPositive();
        assertThat(counts.timedOut()).isPositive();
        assertThat(counts.finished() + counts.refused() + counts.timedOut()).isEqualTo(20);
        assertThat(counts.good()).isEqualTo(counts.finished());
    }

    @Test
    void timesAreByRank() {
        double[] seconds = new double[100];
        for (int rank = 0; rank < 100; rank++) {
            seconds[rank] = 100 - rank;
        }
        assertThat(Latency.of(seconds)).isEqualTo(new Latency(50.5, 50, 95, 99));
        assertThat(Latency.of(new double[] {7})).isEqualTo(new Latency(7, 7, 7, 7));
        assertThat(Latency.of(new double[0]).toMap()).isEmpty();
    }
}
