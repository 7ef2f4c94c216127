package dev.mokha.knowledge.query;

import java.util.Arrays;

/// TuckER with batch normalisation as a factor and a shift, by running averages: `Σ_j (b₂_j + a₂_j Σ_ki r_k
/// C_kij (a₁_i s_i + b₁_i)) o_j` ([Balažević et al. 2019, §4](https://arxiv.org/abs/1901.09590), and the
/// authors' program).
public final class TuckerScorer implements PlainScorer {
    private final double[] core; // [relation, subject, object]
    private final Norm input;
    private final Norm hidden;

    /// A factor and a shift of each number.
    ///
    /// @param scale as long as an entity's vector
    /// @param shift likewise
    @SuppressWarnings("ArrayRecordComponent") // two arrays passed together, never compared
    public record Norm(double[] scale, double[] shift) {
        /// {@return a norm that changes nothing}
        public static Norm none(int width) {
            double[] ones = new double[width];
            Arrays.fill(ones, 1);
            return new Norm(ones, new double[width]);
        }

        double of(int i, double x) {
            return scale[i] * x + shift[i];
        }
    }

    /// @param core `[relation, subject, object]`, the last index running fastest
    /// @param input of the subject, `a₁` and `b₁`
    /// @param hidden of what objects are compared with, `a₂` and `b₂`
    public TuckerScorer(double[] core, Norm input, Norm hidden) {
        int entity = input.scale.length;
        if (entity < 1 || core.length % (entity * entity) != 0) {
            throw new IllegalArgumentException(
                    "a core of " + core.length + " numbers does not go with vectors of " + entity);
        }
        this.core = core.clone();
        this.input = input;
        this.hidden = hidden;
    }

    @Override
    public double[] ask(double[] subject, double[] relation) {
        int entity = subject.length;
        double[] sums = new double[entity];
        for (int k = 0; k < relation.length; k++) {
            for (int i = 0; i < entity; i++) {
                double weight = relation[k] * input.of(i, subject[i]);
                int at = (k * entity + i) * entity;
                for (int j = 0; j < entity; j++) {
                    sums[j] += weight * core[at + j];
                }
            }
        }
        for (int j = 0; j < entity; j++) {
            sums[j] = hidden.of(j, sums[j]);
        }
        return sums;
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        return Products.dot(question, candidate);
    }
}
