package dev.mokha.serve.encode;

import dev.mokha.language.encoder.Labels;
import dev.mokha.language.encoder.Problem;
import java.util.Arrays;

/// What the rows of a [ServedEncoder] are.
public sealed interface Head {
    /// {@return numbers in a row}
    int width();

    /// Vectors of texts, as they are before they are cut and normalised.
    ///
    /// @param normalize whether a vector is divided by its length where nobody says otherwise
    record Vectors(int width, boolean normalize) implements Head {
        /// {@return the first numbers of a vector, divided by their length where that is asked for}
        ///
        /// @param size how many, at most [#width]
        public float[] vector(float[] row, int size, boolean normalize) {
            float[] vector = Arrays.copyOf(row, size);
            if (normalize) {
                double length = Math.max(Math.sqrt(dot(vector, vector)), 1e-12);
                for (int i = 0; i < size; i++) {
                    vector[i] = (float) (vector[i] / length);
                }
            }
            return vector;
        }

        /// {@return the cosine of the angle between two rows, −1 to 1}
        public double cosine(float[] first, float[] second) {
            double lengths = Math.sqrt(dot(first, first)) * Math.sqrt(dot(second, second));
            return dot(first, second) / Math.max(lengths, 1e-12);
        }

        private static double dot(float[] first, float[] second) {
            double sum = 0;
            for (int i = 0; i < first.length; i++) {
                sum += (double) first[i] * second[i];
            }
            return sum;
        }
    }

    /// Logits of classes; of a cross-encoder one, by which a pair is scored.
    ///
    /// @param labels the classes
    /// @param squash what makes a score of a cross-encoder's logit
    record Classes(Labels labels, Squash squash) implements Head {
        @Override
        public int width() {
            return labels.count();
        }

        /// {@return the probability of each class; of a regression its number}
        public double[] probs(float[] logits) {
            if (labels.problem() == Problem.REGRESSION) {
                return new double[] {logits[0]};
            }
            if (labels.problem() == Problem.MULTI_LABEL || labels.count() == 1) {
                double[] probs = new double[logits.length];
                Arrays.setAll(probs, i -> Squash.SIGMOID.of(logits[i]));
                return probs;
            }
            double[] powers = new double[logits.length];
            double top = Double.NEGATIVE_INFINITY;
            for (float logit : logits) {
                top = Math.max(top, logit);
            }
            double sum = 0;
            for (int i = 0; i < powers.length; i++) {
                powers[i] = Math.exp(logits[i] - top);
                sum += powers[i];
            }
            for (int i = 0; i < powers.length; i++) {
                powers[i] /= sum;
            }
            return powers;
        }
    }
}
