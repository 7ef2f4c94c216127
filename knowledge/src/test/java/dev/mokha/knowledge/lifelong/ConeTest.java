package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// GEM's quadratic program against all sets of bound numbers, and by what makes a solution one.
final class ConeTest {
    private static final int WIDTH = 6; // numbers of a gradient: more constraints than that depend on each other

    @Property(tries = 500)
    void theBestOfAllActiveSetsIsFound(
            @ForAll @IntRange(min = 1, max = 5) int constraints, @ForAll long seed, @ForAll boolean margin) {
        var random = new SplittableRandom(seed);
        double[][] g = rows(constraints, random);
        double[] gradient = rows(1, random)[0];
        double[][] products = new double[constraints][constraints];
        double[] q = new double[constraints];
        for (int k = 0; k < constraints; k++) {
            q[k] = dot(g[k], gradient);
            for (int l = 0; l < constraints; l++) {
                products[k][l] = dot(g[k], g[l]);
            }
        }
        double least = margin ? 0.5 : 0;
        double[] v = Cone.multipliers(products, q, least);
        double best = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << constraints; set++) {
            double[] other = solved(products, q, least, set);
            boolean allowed = true;
            for (double each : other) {
                allowed &= each >= least - 1e-12;
            }
            best = allowed ? Math.min(best, value(products, q, other)) : best;
        }
        assertThat(value(products, q, v)).isCloseTo(best, within(1e-9 * Math.max(1, Math.abs(best))));
        for (double each : v) {
            assertThat(each).isGreaterThanOrEqualTo(least);
        }
    }

    @Property(tries = 200)
    void whatIsProjectedHurtsNothing(
            @ForAll @IntRange(min = 1, max = 12) int constraints,
            @ForAll @IntRange(min = 1, max = 3) int threads,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        List<Vectors> remembered = new ArrayList<>();
        for (int k = 0; k < constraints; k++) {
            remembered.add(Vectors.xavier(3, 2, WIDTH, random));
        }
        if (constraints > 1) {
            remembered.set(1, remembered.get(0).copy()); // equal ones are no trouble
        }
        Vectors gradient = Vectors.xavier(3, 2, WIDTH, random);
        Vectors before = gradient.copy();
        try (var crew = new Crew(threads)) {
            Cone.project(gradient, remembered, 0, crew);
        }
        boolean hurt = false;
        for (Vectors each : remembered) {
            hurt |= dot(before, each) < 0;
            assertThat(dot(gradient, each)).isGreaterThan(-1e-7);
        }
        if (!hurt) {
            assertThat(gradient.entities().values()).isEqualTo(before.entities().values());
        }
    }

    @Test
    void oneConstraintIsTakenOutOfTheGradient() {
        // v = −q / P, so that g + v g_1 is at right angles to g_1
        assertThat(Cone.multipliers(new double[][] {{4}}, new double[] {-2}, 0)[0])
                .isCloseTo(0.5, within(1e-9));
        assertThat(Cone.multipliers(new double[][] {{4}}, new double[] {2}, 0)).containsExactly(0);
        assertThat(Cone.multipliers(new double[][] {{0}}, new double[] {0}, 0.5))
                .containsExactly(0.5);
    }

    private static double[][] rows(int count, SplittableRandom random) {
        double[][] rows = new double[count][WIDTH];
        for (double[] row : rows) {
            for (int i = 0; i < WIDTH; i++) {
                row[i] = random.nextGaussian();
            }
        }
        return rows;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double dot(Vectors a, Vectors b) {
        return dot(a.entities().values(), b.entities().values())
                + dot(a.relations().values(), b.relations().values());
    }

    private static double value(double[][] p, double[] q, double[] v) {
        double sum = 0;
        for (int k = 0; k < v.length; k++) {
            sum += v[k] * (dot(p[k], v) / 2 + q[k]);
        }
        return sum;
    }

    /// The numbers of a set are free, the others at the margin: Gauss's elimination with pivots.
    private static double[] solved(double[][] p, double[] q, double margin, int set) {
        int n = q.length;
        double[][] rows = new double[n][n + 1];
        for (int k = 0; k < n; k++) {
            if ((set >> k & 1) == 1) {
                System.arraycopy(p[k], 0, rows[k], 0, n);
                rows[k][n] = -q[k];
            } else {
                rows[k][k] = 1;
                rows[k][n] = margin;
            }
        }
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int l = k; l < n; l++) {
                pivot = Math.abs(rows[l][k]) > Math.abs(rows[pivot][k]) ? l : pivot;
            }
            double[] row = rows[pivot];
            rows[pivot] = rows[k];
            rows[k] = row;
            for (int l = 0; l < n; l++) {
                if (l != k) {
                    double times = rows[l][k] / row[k];
                    for (int c = k; c <= n; c++) {
                        rows[l][c] -= times * row[c];
                    }
                }
            }
        }
        double[] v = new double[n];
        for (int k = 0; k < n; k++) {
            v[k] = rows[k][n] / rows[k][k];
        }
        return v;
    }
}
