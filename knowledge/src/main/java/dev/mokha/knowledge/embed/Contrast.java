package dev.mokha.knowledge.embed;

import java.util.Arrays;

/// How a positive's distance is held against those of its negatives, `l(d, n_1, …, n_K)`.
public sealed interface Contrast {

    /// {@return the loss of one positive}
    ///
    /// @param positive its distance `d`
    /// @param negatives those of its negatives, `[negatives]`
    double loss(double positive, double[] negatives);

    /// {@return the loss's derivative by the positive's distance; 0 only where all are}
    ///
    /// @param negatives distances, `[negatives]`; the loss's derivatives by them are written over them
    double derive(double positive, double[] negatives);

    /// LKGE's: one margin, on the mean of the negatives, `max(0, γ + d − mean_k n_k)`.
    ///
    /// @param margin γ
    record MeanMargin(double margin) implements Contrast {
        public MeanMargin {
            positive(margin, "margin");
        }

        @Override
        public double loss(double positive, double[] negatives) {
            double sum = 0;
            for (double negative : negatives) {
                sum += negative;
            }
            return Math.max(0, margin + positive - sum / negatives.length);
        }

        @Override
        public double derive(double positive, double[] negatives) {
            double by = loss(positive, negatives) > 0 ? 1 : 0;
            Arrays.fill(negatives, -by / negatives.length);
            return by;
        }
    }

    /// Self-adversarial negatives, [Sun et al. 2019, §3.1](https://arxiv.org/abs/1902.10197): near ones
    /// count more, `−log σ(γ − d) − Σ_k p_k log σ(n_k − γ)` with `p = softmax(−τ n)`, which has no
    /// gradient of its own.
    ///
    /// @param margin γ
    /// @param temperature τ; with 0 all count the same
    record SelfAdversarial(double margin, double temperature) implements Contrast {
        public SelfAdversarial {
            positive(margin, "margin");
            if (!(temperature >= 0)) {
                throw new IllegalArgumentException("temperature is 0 or above, not " + temperature);
            }
        }

        @Override
        public double loss(double positive, double[] negatives) {
            double nearest = nearest(negatives);
            double total = 0;
            double sum = 0;
            for (double negative : negatives) {
                double weight = Math.exp(temperature * (nearest - negative));
                total += weight;
                sum += weight * softplus(margin - negative);
            }
            return softplus(positive - margin) + sum / total;
        }

        @Override
        public double derive(double positive, double[] negatives) {
            double nearest = nearest(negatives);
            double total = 0;
            for (double negative : negatives) {
                total += Math.exp(temperature * (nearest - negative));
            }
            for (int k = 0; k < negatives.length; k++) {
                double weight = Math.exp(temperature * (nearest - negatives[k])) / total;
                negatives[k] = -weight * sigmoid(margin - negatives[k]);
            }
            return sigmoid(positive - margin);
        }

        private static double nearest(double[] distances) {
            double least = Double.POSITIVE_INFINITY;
            for (double distance : distances) {
                least = Math.min(least, distance);
            }
            return least;
        }

        private static double softplus(double x) {
            return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }
    }

    private static void positive(double margin, String name) {
        if (!(margin > 0)) {
            throw new IllegalArgumentException(name + " is above 0, not " + margin);
        }
    }
}
