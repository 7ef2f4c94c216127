package dev.mokha.knowledge.query;

/// RotatE: `−Σ_i |s_i r_i − o_i|` of complex vectors, real parts in the first half of a row and imaginary
/// parts in the second, and `r_i` has modulus 1: a relation's row, half as long, holds its angles ([Sun et
/// al. 2019, §3](https://arxiv.org/abs/1902.10197); the margin, a constant, is left out).
///
/// @param unit what an angle of 1 is written as
public record RotationScorer(double unit) implements PlainScorer {
    @Override
    public double[] ask(double[] subject, double[] relation) {
        return Products.complex(subject, turn(relation));
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        int half = question.length / 2;
        double distance = 0;
        for (int i = 0; i < half; i++) {
            double re = question[i] - candidate[i];
            double im = question[half + i] - candidate[half + i];
            distance += Math.sqrt(re * re + im * im);
        }
        return -distance;
    }

    private double[] turn(double[] angles) {
        double[] turn = new double[2 * angles.length];
        for (int i = 0; i < angles.length; i++) {
            turn[i] = Math.cos(angles[i] / unit);
            turn[angles.length + i] = Math.sin(angles[i] / unit);
        }
        return turn;
    }
}
