package dev.mokha.knowledge.embed;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Sums over rows of tables, eight lanes a time whatever the machine has.
///
/// Lanes are added up in one written order: the order in which the Vector API reduces a vector is left open,
/// and it may change when code is compiled.
public final class Lanes {
    static final VectorSpecies<Double> EIGHT = DoubleVector.SPECIES_512;
    private static final double SMALLEST = 1e-12; // below this a vector is divided by it instead of its length

    private Lanes() {}

    /// {@return `Σ |a_i − b_i|` of two rows}
    ///
    /// @param lanes room for eight numbers, one thread's own
    public static double distance(double[] a, int atA, double[] b, int atB, int stride, double[] lanes) {
        var sum = DoubleVector.zero(EIGHT);
        for (int i = 0; i < stride; i += Table.UNIT) {
            var difference = DoubleVector.fromArray(EIGHT, a, atA + i).sub(DoubleVector.fromArray(EIGHT, b, atB + i));
            sum = sum.add(difference.lanewise(VectorOperators.ABS));
        }
        return total(sum, lanes);
    }

    /// {@return `Σ a_i b_i` of two rows}
    static double dot(double[] a, int atA, double[] b, int atB, int stride, double[] lanes) {
        var sum = DoubleVector.zero(EIGHT);
        for (int i = 0; i < stride; i += Table.UNIT) {
            sum = DoubleVector.fromArray(EIGHT, a, atA + i).fma(DoubleVector.fromArray(EIGHT, b, atB + i), sum);
        }
        return total(sum, lanes);
    }

    /// Writes `x / max(‖x‖₂, 1e-12)`.
    ///
    /// @return what was divided by
    public static double normalize(double[] x, int atX, double[] out, int atOut, int stride, double[] lanes) {
        double length = Math.max(Math.sqrt(dot(x, atX, x, atX, stride, lanes)), SMALLEST);
        for (int i = 0; i < stride; i += Table.UNIT) {
            DoubleVector.fromArray(EIGHT, x, atX + i).div(length).intoArray(out, atOut + i);
        }
        return length;
    }

    private static double total(DoubleVector sum, double[] lanes) {
        sum.intoArray(lanes, 0);
        return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
    }
}
