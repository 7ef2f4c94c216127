package dev.mokha.knowledge.embed;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// The hyperbolic tangent of a vector's numbers, `(1 − e) / (1 + e)` with `e = exp(−2 |x|)`, to about
/// 2e-16.
///
/// It is written out, since what the Vector API calls may differ from one compilation to the next. Here
/// equal numbers give equal results on any machine.
public final class Tanh {
    private static final double PER_HALVING = 1 / Math.log(2);
    private static final double HALVING = 0x1.62e42fefap-1; // ln 2 with zeros behind: n times this is exact
    private static final double HALVING_REST = 0x1.cf79abc9e3b3ap-40; // what is left of ln 2
    private static final double ROUNDING = 0x1.8p52; // added, it leaves a whole number in the last bits
    private static final double SMALLEST = -700; // exp of less is no normal number
    private static final int BIAS = 1023;
    private static final int MANTISSA = 52;
    private static final double[] TERMS = new double[13]; // 1 / k!

    static {
        double factorial = 1;
        for (int k = 0; k < TERMS.length; k++) {
            factorial *= Math.max(1, k);
            TERMS[k] = 1 / factorial;
        }
    }

    private Tanh() {}

    /// {@return `tanh` of each number}
    public static DoubleVector of(DoubleVector x) {
        var y = x.lanewise(VectorOperators.ABS).mul(-2).max(SMALLEST);
        var rounded = y.mul(PER_HALVING).add(ROUNDING);
        var n = rounded.sub(ROUNDING);
        var rest = y.sub(n.mul(HALVING)).sub(n.mul(HALVING_REST)); // at most ln 2 / 2
        var power = rounded.reinterpretAsLongs()
                .add(BIAS)
                .lanewise(VectorOperators.LSHL, MANTISSA)
                .reinterpretAsDoubles();
        var e = series(rest).mul(power);
        var one = DoubleVector.broadcast(Lanes.WIDE, 1);
        var tanh = one.sub(e).div(one.add(e));
        return tanh.blend(tanh.neg(), x.compare(VectorOperators.LT, 0));
    }

    private static DoubleVector series(DoubleVector x) {
        var sum = DoubleVector.broadcast(Lanes.WIDE, TERMS[TERMS.length - 1]);
        for (int k = TERMS.length - 2; k >= 0; k--) {
            sum = sum.fma(x, DoubleVector.broadcast(Lanes.WIDE, TERMS[k]));
        }
        return sum;
    }
}
