package dev.mokha.language.finetune;

import java.util.Arrays;
import java.util.List;

/// How much each class counts in the loss.
public sealed interface ClassWeights {
    /// {@return the weight of each class; empty when all count the same}
    ///
    /// @param labels the names of the classes
    /// @param counts how often each occurs
    double[] of(List<String> labels, long[] counts);

    /// All the same.
    record Even() implements ClassWeights {
        @Override
        public double[] of(List<String> labels, long[] counts) {
            return new double[0];
        }
    }

    /// In inverse proportion to how often a class occurs, `n / (classes · count)`; a class that never
    /// occurs gets 1.
    record Balanced() implements ClassWeights {
        @Override
        public double[] of(List<String> labels, long[] counts) {
            double all = Arrays.stream(counts).sum();
            return Arrays.stream(counts)
                    .mapToDouble(count -> count == 0 ? 1 : all / (counts.length * (double) count))
                    .toArray();
        }
    }

    /// As given, in the order of the labels.
    record Given(List<Double> values) implements ClassWeights {
        public Given {
            values = List.copyOf(values);
            if (values.stream().anyMatch(v -> !(v >= 0) || v.isInfinite())) {
                throw new IllegalArgumentException("class weights must be 0 or more, were " + values);
            }
        }

        @Override
        public double[] of(List<String> labels, long[] counts) {
            if (values.size() != labels.size()) {
                throw new IllegalArgumentException(values.size() + " class weights for " + labels.size() + " classes: "
                        + String.join(", ", labels));
            }
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }
}
