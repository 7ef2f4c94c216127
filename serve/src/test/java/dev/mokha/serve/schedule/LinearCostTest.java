package dev.mokha.serve.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.serve.schedule.LinearCost.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LinearCostTest {
    private static StepShape shape(SplittableRandom chance) {
        StepShape shape = StepShape.EMPTY;
        for (int sequence = chance.nextInt(8); sequence > 0; sequence--) {
            shape = shape.withDecode(chance.nextInt(2_000), 1);
        }
        return chance.nextBoolean() ? shape : shape.withPrefill(chance.nextInt(2_000), 1 + chance.nextInt(500));
    }

    private static List<Measured> measured(long seed, ToDoubleFunction<StepShape> nanos) {
        var chance = new SplittableRandom(seed);
        var steps = new ArrayList<Measured>();
        for (int step = 0; step < 200; step++) {
            StepShape shape = shape(chance);
            steps.add(new Measured(shape, Math.max(1, Math.round(nanos.applyAsDouble(shape)))));
        }
        return steps;
    }

    @Test
    void aChunkAttendsToWhatIsBeforeItAndToItself() {
        // Positions 10, 11, 12 see 11, 12 and 13.
        assertThat(StepShape.EMPTY.withPrefill(10, 3)).isEqualTo(new StepShape(3, 36, 0, 0));
        assertThat(StepShape.EMPTY.withDecode(10, 3)).isEqualTo(new StepShape(0, 0, 3, 13));
    }

    @Test
    void aStepsTimeIsASum() {
        var cost = new LinearCost(1000, 10, 1, 100, 2);
        assertThat(cost.nanos(new StepShape(3, 36, 2, 20))).isEqualTo(1000 + 30 + 36 + 200 + 40);
        assertThat(cost.nanos(StepShape.EMPTY)).isEqualTo(1000);
    }

    @Property(tries = 20)
    void theLineThatMadeTheStepsIsFound(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        var line = new LinearCost(
                1e7 + chance.nextDouble(1e8),
                chance.nextBoolean() ? 0 : 1e5 + chance.nextDouble(1e6),
                50 + chance.nextDouble(500),
                1e6 + chance.nextDouble(1e7),
                chance.nextBoolean() ? 0 : 300 + chance.nextDouble(3000));
        LinearCost fit = LinearCost.fit(measured(seed, line::nanos));
        assertThat(fit.fixed()).isCloseTo(line.fixed(), within(1e-4 * line.fixed()));
        assertThat(fit.prefillToken()).isCloseTo(line.prefillToken(), within(100.0));
        assertThat(fit.prefillContext()).isCloseTo(line.prefillContext(), within(0.1));
        assertThat(fit.decodeToken()).isCloseTo(line.decodeToken(), within(1_000.0));
        assertThat(fit.decodeContext()).isCloseTo(line.decodeContext(), within(1.0));
    }

    /// No small change of one part, or of two against each other, is better.
    @Property(tries = 30)
    void noNeighbourFitsNoisyStepsBetter(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        // A part that is negative in truth: it must come out as 0, and the others make up for it.
        List<Measured> steps = measured(
                seed,
                shape -> (5e6
                                + 1e4 * shape.prefillTokens()
                                - 2 * shape.prefillContext() / 1e3
                                + 1e6 * shape.decodeTokens())
                        * (0.8 + chance.nextDouble(0.4)));
        LinearCost fit = LinearCost.fit(steps);
        double best = squares(fit, steps);
        double[] parts = parts(fit);
        for (int one = 0; one < 5; one++) {
            for (double change : new double[] {-1e-3, 1e-3}) {
                double[] moved = parts.clone();
                moved[one] = Math.max(0, moved[one] + change * Math.max(moved[one], 1));
                assertThat(squares(of(moved), steps)).isGreaterThanOrEqualTo(best * (1 - 1e-9));
            }
        }
    }

    private static double squares(LinearCost cost, List<Measured> steps) {
        double sum = 0;
        double[] parts = parts(cost);
        for (Measured step : steps) {
            StepShape shape = step.shape();
            double nanos = parts[0]
                    + parts[1] * shape.prefillTokens()
                    + parts[2] * shape.prefillContext()
                    + parts[3] * shape.decodeTokens()
                    + parts[4] * shape.decodeContext();
            sum += Math.pow(nanos / step.nanos() - 1, 2);
        }
        return sum;
    }

    private static double[] parts(LinearCost cost) {
        return new double[] {
            cost.fixed(), cost.prefillToken(), cost.prefillContext(), cost.decodeToken(), cost.decodeContext()
        };
    }

    private static LinearCost of(double[] parts) {
        return new LinearCost(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }

    @Test
    void sizesThatNeverVaryAreNoTrouble() {
        var steps = new ArrayList<Measured>();
        for (int tokens = 1; tokens < 20; tokens++) {
            steps.add(new Measured(new StepShape(0, 0, tokens, 0), 100 + 5 * tokens));
        }
        LinearCost fit = LinearCost.fit(steps);
        assertThat(fit.fixed()).isCloseTo(100, within(1e-3));
        assertThat(fit.decodeToken()).isCloseTo(5, within(1e-3));
        assertThat(fit.prefillToken()).isZero();
        assertThat(fit.error(steps)).isLessThan(1e-6);
        assertThat(LinearCost.fit(List.of(new Measured(StepShape.EMPTY, 7))).fixed())
                .isCloseTo(7, within(1e-9));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> LinearCost.fit(List.of())).hasMessageContaining("no steps to fit");
        assertThatThrownBy(() -> new LinearCost(-1, 0, 0, 0, 0)).hasMessageContaining("no negative time");
        assertThatThrownBy(() -> new Measured(StepShape.EMPTY, 0)).hasMessageContaining("not 0");
    }
}
