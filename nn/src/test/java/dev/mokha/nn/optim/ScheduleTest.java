package dev.mokha.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.nn.optim.Schedule.Constant;
import dev.mokha.nn.optim.Schedule.InverseSqrt;
import dev.mokha.nn.optim.Schedule.OneCycle;
import dev.mokha.nn.optim.Schedule.Rewarm;
import dev.mokha.nn.optim.Schedule.WarmupCosine;
import dev.mokha.nn.optim.Schedule.WarmupLinear;
import dev.mokha.nn.optim.Schedule.WarmupStableDecay;
import dev.mokha.nn.optim.Schedule.WarmupStableDecay.Fall;
import dev.mokha.testkit.Golden;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final double PEAK = 0.1;

    @Test
    void ratesEqualThoseOfPyTorchAndTransformers() {
        follows("linear", new WarmupLinear(PEAK, 0, 4, 20));
        follows("cosine", new WarmupCosine(PEAK, 0, 4, 20));
        follows("cosine.min", new WarmupCosine(PEAK, 0.01, 4, 20));
        follows("cosine.annealing", new WarmupCosine(PEAK, 0.01, 0, 20));
        follows("constant", new WarmupStableDecay(PEAK, 0, 4, 0, 1000, Fall.LINEAR));
        follows("inverse_sqrt", new InverseSqrt(PEAK, 4));
        follows("wsd", new WarmupStableDecay(PEAK, 0, 4, 6, 20, Fall.COSINE));
        follows("wsd.linear", new WarmupStableDecay(PEAK, 0, 4, 6, 20, Fall.LINEAR));
        follows("onecycle.cos", new OneCycle(PEAK / 25, PEAK, PEAK / 25 / 1e4, 5, 19, OneCycle.Form.COSINE));
        follows("onecycle.linear", new OneCycle(PEAK / 10, PEAK, PEAK / 10 / 100, 4, 19, OneCycle.Form.LINEAR));
    }

    private static void follows(String name, Schedule schedule) {
        // the names hold dots, so the node is reached by hand
        double[] rates = Golden.read("nn/expected.json")
                .at("schedules")
                .get(name)
                .get("rates")
                .valueStream()
                .mapToDouble(rate -> rate.asDouble())
                .toArray();
        assertThat(rates.length).isGreaterThan(15);
        for (int step = 0; step < rates.length; step++) {
            assertThat(schedule.at(step)).as(name + " at step " + step).isCloseTo(rates[step], within(1e-9));
        }
    }

    @Test
    void theRootFallIsOneMinusTheRootOfTheWayDown() {
        var schedule = new WarmupStableDecay(1, 0, 2, 4, 10, Fall.ONE_MINUS_SQRT);
        assertThat(List.of(schedule.at(0), schedule.at(1), schedule.at(2), schedule.at(6)))
                .containsExactly(0.0, 0.5, 1.0, 1.0);
        assertThat(schedule.at(7)).isCloseTo(0.5, within(1e-12)); // 1 − √(1/4)
        assertThat(schedule.at(10)).isZero();
        assertThat(schedule.at(11)).isZero();
    }

    @Test
    void rewarmingBeginsWhereTheEarlierRunEnded() {
        var schedule = new Rewarm(0.01, 0.1, 0.02, 10, 30);
        assertThat(schedule.at(0)).isCloseTo(0.01, within(1e-12));
        assertThat(schedule.at(5)).isCloseTo(0.055, within(1e-12));
        assertThat(schedule.at(10)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.at(20)).isCloseTo(0.06, within(1e-12));
        assertThat(schedule.at(30)).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void theTriangleRisesAndFallsInLines() {
        var schedule = OneCycle.triangle(1, 10);
        assertThat(schedule.at(0)).isZero();
        assertThat(schedule.at(4)).isCloseTo(0.8, within(1e-12));
        assertThat(schedule.at(5)).isCloseTo(1, within(1e-12));
        assertThat(schedule.at(9)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.at(10)).isZero();
    }

    @Property
    void ratesStayBetweenZeroAndThePeak(@ForAll("schedules") Schedule schedule) {
        for (long step = 0; step < 250; step++) {
            assertThat(schedule.at(step)).isBetween(0.0, PEAK + 1e-15);
        }
    }

    /// No form but the root, which is vertical where its fall begins, moves by more than a straight flank over the
    /// shortest of its phases would, times π/2 for the cosine.
    @Property
    void ratesMoveBySmallSteps(@ForAll("schedules") Schedule schedule) {
        double steepest = PEAK / 10 * Math.PI / 2 + 1e-12;
        if (schedule instanceof WarmupStableDecay decay && decay.fall() == Fall.ONE_MINUS_SQRT) {
            steepest = PEAK / Math.sqrt(10) + 1e-12;
        }
        for (long step = 0; step < 250; step++) {
            assertThat(Math.abs(schedule.at(step + 1) - schedule.at(step))).isLessThanOrEqualTo(steepest);
        }
    }

    @Property
    void afterItsEndAScheduleKeepsItsLastRate(@ForAll("schedules") Schedule schedule) {
        if (!(schedule instanceof InverseSqrt)) {
            assertThat(schedule.at(200)).isEqualTo(schedule.at(1_000_000));
        }
    }

    /// Phases of at least 10 steps, 200 at most in all.
    @Provide
    Arbitrary<Schedule> schedules() {
        Arbitrary<Integer> phase = Arbitraries.integers().between(10, 60);
        Arbitrary<Double> floor = Arbitraries.doubles().between(0, PEAK);
        return Combinators.combine(
                        phase, phase, phase, floor, Arbitraries.integers().between(0, 9))
                .as((a, b, c, low, kind) -> switch (kind) {
                    case 0 -> new Constant(low);
                    case 1 -> new WarmupLinear(PEAK, low, a, a + b);
                    case 2 -> new WarmupCosine(PEAK, low, a, a + b);
                    case 3 -> new WarmupStableDecay(PEAK, low, a, c, a + b + c, Fall.LINEAR);
                    case 4 -> new WarmupStableDecay(PEAK, low, a, c, a + b + c, Fall.COSINE);
                    case 5 -> new WarmupStableDecay(PEAK, low, a, c, a + b + c, Fall.ONE_MINUS_SQRT);
                    case 6 -> new InverseSqrt(PEAK, a);
                    case 7 -> new OneCycle(low, PEAK, low / 2, a, a + b, OneCycle.Form.LINEAR);
                    case 8 -> new OneCycle(low, PEAK, low / 2, a, a + b, OneCycle.Form.COSINE);
                    default -> new Rewarm(low, PEAK, low, a, a + b);
                });
    }

    @Test
    void nonsenseIsRefusedWithTheNumberNamed() {
        assertThatThrownBy(() -> new Constant(-1)).hasMessageContaining("'rate' must be 0 or more, was -1.0");
        assertThatThrownBy(() -> new Constant(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new WarmupCosine(0.1, 0.2, 1, 10)).hasMessageContaining("floor 0.2 lies above");
        assertThatThrownBy(() -> new WarmupLinear(0.1, 0, 11, 10)).hasMessageContaining("warmup is 11, total 10");
        assertThatThrownBy(() -> new WarmupStableDecay(0.1, 0, 5, 6, 10, Fall.LINEAR))
                .hasMessageContaining("total - warmup = 5 steps, was 6");
        assertThatThrownBy(() -> new InverseSqrt(0.1, 0)).hasMessageContaining("at least 1 step, was 0");
        assertThatThrownBy(() -> new OneCycle(0.2, 0.1, 0, 5, 10, OneCycle.Form.LINEAR))
                .hasMessageContaining("the peak must be the highest rate");
    }
}
