package dev.mokha.knowledge.embed;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Sums over rows of tables, in vectors as wide as the machine has them.
///
/// Whatever the width, the numbers of a row are added up in eight sums, the i-th number in the sum `i mod
/// 8`, and those in one written order: the order in which the Vector API reduces a vector is left open, and
/// it may change when code is compiled.
public final class Lanes {
    /// The machine's vectors; at most eight numbers, so that rows need no remainder.
    public static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED.length() > Table.UNIT
            ? DoubleVector.SPECIES_512
            : DoubleVector.SPECIES_PREFERRED;

    /// How many numbers a vector holds: 8, 4 or 2.
    public static final int WIDTH = WIDE.length();

    private static final double SMALLEST = 1e-12; // below this a vector is divided by it instead of its length

    private Lanes() {}

    /// {@return `Σ |a_i − b_i|` of two rows}
    ///
    /// @param lanes room for eight numbers, one thread's own
    public static double distance(double[] a, int atA, double[] b, int atB, int stride, double[] lanes) {
        var sum0 = DoubleVector.zero(WIDE);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        for (int i = 0; i < stride; i += Table.UNIT) {
            sum0 = sum0.add(apart(a, atA + i, b, atB + i));
            if (WIDTH < 8) {
                sum1 = sum1.add(apart(a, atA + i + WIDTH, b, atB + i + WIDTH));
            }
            if (WIDTH < 4) {
                sum2 = sum2.add(apart(a, atA + i + 2 * WIDTH, b, atB + i + 2 * WIDTH));
                sum3 = sum3.add(apart(a, atA + i + 3 * WIDTH, b, atB + i + 3 * WIDTH));
            }
        }
        return total(sum0, sum1, sum2, sum3, lanes);
    }

    private static DoubleVector apart(double[] a, int atA, double[] b, int atB) {
        return DoubleVector.fromArray(WIDE, a, atA)
                .sub(DoubleVector.fromArray(WIDE, b, atB))
                .lanewise(VectorOperators.ABS);
    }

    /// {@return `Σ a_i b_i` of two rows}
    ///
    /// @param lanes room for eight numbers, one thread's own
    public static double dot(double[] a, int atA, double[] b, int atB, int stride, double[] lanes) {
        var sum0 = DoubleVector.zero(WIDE);
        var sum1 = sum0;
        var sum2 = sum0;
        var sum3 = sum0;
        for (int i = 0; i < stride; i += Table.UNIT) {
            sum0 = product(a, atA + i, b, atB + i, sum0);
            if (WIDTH < 8) {
                sum1 = product(a, atA + i + WIDTH, b, atB + i + WIDTH, sum1);
            }
            if (WIDTH < 4) {
                sum2 = product(a, atA + i + 2 * WIDTH, b, atB + i + 2 * WIDTH, sum2);
                sum3 = product(a, atA + i + 3 * WIDTH, b, atB + i + 3 * WIDTH, sum3);
            }
        }
        return total(sum0, sum1, sum2, sum3, lanes);
    }

    private static DoubleVector product(double[] a, int atA, double[] b, int atB, DoubleVector sum) {
        return DoubleVector.fromArray(WIDE, a, atA).fma(DoubleVector.fromArray(WIDE, b, atB), sum);
    }

    /// Writes `x / max(‖x‖₂, 1e-12)`.
    ///
    /// @return what was divided by
    public static double normalize(double[] x, int atX, double[] out, int atOut, int stride, double[] lanes) {
        double length = Math.max(Math.sqrt(dot(x, atX, x, atX, stride, lanes)), SMALLEST);
        for (int i = 0; i < stride; i += WIDTH) {
            DoubleVector.fromArray(WIDE, x, atX + i).div(length).intoArray(out, atOut + i);
        }
        return length;
    }

    private static double total(
            DoubleVector sum0, DoubleVector sum1, DoubleVector sum2, DoubleVector sum3, double[] lanes) {
        sum0.intoArray(lanes, 0);
        if (WIDTH < 8) {
            sum1.intoArray(lanes, WIDTH);
        }
        if (WIDTH < 4) {
            sum2.intoArray(lanes, 2 * WIDTH);
            sum3.intoArray(lanes, 3 * WIDTH);
        }
        return total(lanes, 0);
    }

    /// {@return eight sums added up, in the one order}
    ///
    /// @param from where the first of them lies
    public static double total(double[] lanes, int from) {
        return ((lanes[from] + lanes[from + 4]) + (lanes[from + 1] + lanes[from + 5]))
                + ((lanes[from + 2] + lanes[from + 6]) + (lanes[from + 3] + lanes[from + 7]));
    }
}
