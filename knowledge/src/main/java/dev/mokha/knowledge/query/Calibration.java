package dev.mokha.knowledge.query;

/// How scores become probabilities: `p = 1 / (1 + e^−(slope · score + offset))`, Platt scaling
/// (Platt 1999, "Probabilistic outputs for support vector machines").
///
/// It is fitted on validation facts against as many that were drawn by replacing a side, so `p` is the
/// share of true facts among true and drawn ones in equal numbers, not among all that could be written
/// down.
///
/// @param error the expected calibration error on facts that the fit did not see: the mean over ten classes
///     of probability of `|share of true − mean p|`, each weighted by its size ([Naeini et al.
///     2015](https://doi.org/10.1609/aaai.v29i1.9602))
/// @param count of how many facts it was fitted and measured, drawn ones counted
public record Calibration(double slope, double offset, double error, int count) {
    private static final int CLASSES = 10;
    private static final int ROUNDS = 100;
    private static final double FLAT = 1e-10; // a smaller gradient is none
    private static final double SMALL = 1e-12; // added to the curvature, so that it can be divided by

    /// {@return the probability of a score}
    public double probability(double score) {
        return sigmoid(slope * score + offset);
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    /// Fits on every other score and measures on the rest.
    ///
    /// @param ofTrue scores of facts that hold, in no order
    /// @param ofDrawn scores of facts that were drawn, likewise
    /// @throws IllegalArgumentException with fewer than two of each
    public static Calibration fit(double[] ofTrue, double[] ofDrawn) {
        if (ofTrue.length < 2 || ofDrawn.length < 2) {
            throw new IllegalArgumentException("a calibration needs two facts of each sort or more, not "
                    + ofTrue.length + " and " + ofDrawn.length);
        }
        double[] line = line(half(ofTrue, 0), half(ofDrawn, 0));
        var fitted = new Calibration(line[0], line[1], 0, ofTrue.length + ofDrawn.length);
        double error = fitted.errorOn(half(ofTrue, 1), half(ofDrawn, 1));
        return new Calibration(line[0], line[1], error, fitted.count);
    }

    private static double[] half(double[] scores, int from) {
        double[] half = new double[(scores.length - from + 1) / 2];
        for (int i = 0; i < half.length; i++) {
            half[i] = scores[2 * i + from];
        }
        return half;
    }

    // The logistic likelihood is convex in slope and offset: Newton's steps, halved until they go down. Targets are
    // drawn in by (n + 1) / (n + 2) and 1 / (m + 2), as Platt has it, so that the optimum is finite.
    private static double[] line(double[] ofTrue, double[] ofDrawn) {
        double high = (ofTrue.length + 1.0) / (ofTrue.length + 2.0);
        double low = 1 / (ofDrawn.length + 2.0);
        double slope = 0;
        double offset = Math.log((ofTrue.length + 1.0) / (ofDrawn.length + 1.0));
        double loss = loss(ofTrue, high, slope, offset) + loss(ofDrawn, low, slope, offset);
        for (int round = 0; round < ROUNDS; round++) {
            double[] g = new double[5]; // by slope, by offset, and the curvature's three numbers
            add(ofTrue, high, slope, offset, g);
            add(ofDrawn, low, slope, offset, g);
            if (Math.abs(g[0]) < FLAT && Math.abs(g[1]) < FLAT) {
                break;
            }
            double a = g[2] + SMALL;
            double c = g[4] + SMALL;
            double determinant = a * c - g[3] * g[3];
            double bySlope = -(c * g[0] - g[3] * g[1]) / determinant;
            double byOffset = -(a * g[1] - g[3] * g[0]) / determinant;
            double step = 1;
            double next = Double.POSITIVE_INFINITY;
            for (; step > SMALL; step /= 2) {
                double s = slope + step * bySlope;
                double o = offset + step * byOffset;
                next = loss(ofTrue, high, s, o) + loss(ofDrawn, low, s, o);
                if (next < loss) {
                    break;
                }
            }
            if (!(next < loss)) {
                break;
            }
            slope += step * bySlope;
            offset += step * byOffset;
            loss = next;
        }
        return new double[] {slope, offset};
    }

    private static double loss(double[] scores, double target, double slope, double offset) {
        double sum = 0;
        for (double score : scores) {
            double x = slope * score + offset;
            sum += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - target * x;
        }
        return sum;
    }

    private static void add(double[] scores, double target, double slope, double offset, double[] g) {
        for (double score : scores) {
            double p = sigmoid(slope * score + offset);
            double weight = p * (1 - p);
            g[0] += (p - target) * score;
            g[1] += p - target;
            g[2] += weight * score * score;
            g[3] += weight * score;
            g[4] += weight;
        }
    }

    /// {@return the expected calibration error on these facts}
    public double errorOn(double[] ofTrue, double[] ofDrawn) {
        double[] sums = new double[CLASSES];
        long[] counts = new long[CLASSES];
        long[] right = new long[CLASSES];
        for (boolean isTrue : new boolean[] {true, false}) {
            for (double score : isTrue ? ofTrue : ofDrawn) {
                double p = probability(score);
                int at = Math.min(CLASSES - 1, (int) (p * CLASSES));
                sums[at] += p;
                counts[at]++;
                right[at] += isTrue ? 1 : 0;
            }
        }
        double error = 0;
        for (int i = 0; i < CLASSES; i++) {
            error += Math.abs(right[i] - sums[i]); // a class's size times its own error
        }
        return error / (ofTrue.length + ofDrawn.length);
    }
}
