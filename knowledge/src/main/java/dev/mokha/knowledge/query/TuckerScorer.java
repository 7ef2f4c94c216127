package dev.mokha.knowledge.query;

/// TuckER: `Σ_ijk W_ijk s_i r_j o_k` ([Balažević et al. 2019, §4](https://arxiv.org/abs/1901.09590)).
public final class TuckerScorer implements PlainScorer {
    private final double[] core; // [entity, relation, entity]
    private final int entity;
    private final int relation;

    /// @param core `[entity, relation, entity]`, the last index running fastest
    /// @param entity how long the vectors of entities are
    public TuckerScorer(double[] core, int entity) {
        if (entity < 1 || core.length % (entity * entity) != 0) {
            throw new IllegalArgumentException(
                    "a core of " + core.length + " numbers does not go with vectors of " + entity);
        }
        this.core = core.clone();
        this.entity = entity;
        this.relation = core.length / (entity * entity);
    }

    @Override
    public double[] ask(double[] subject, double[] relation) {
        double[] sums = new double[entity];
        for (int i = 0; i < entity; i++) {
            for (int j = 0; j < this.relation; j++) {
                double weight = subject[i] * relation[j];
                int at = (i * this.relation + j) * entity;
                for (int k = 0; k < entity; k++) {
                    sums[k] += weight * core[at + k];
                }
            }
        }
        return sums;
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        return Products.dot(question, candidate);
    }
}
