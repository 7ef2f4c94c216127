package dev.mokha.knowledge.query;

/// DistMult: `Σ_i s_i r_i o_i` ([Yang et al. 2015, §3](https://arxiv.org/abs/1412.6575)).
public record DistMultScorer() implements PlainScorer {
    @Override
    public double[] ask(double[] subject, double[] relation) {
        double[] product = new double[subject.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = subject[i] * relation[i];
        }
        return product;
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        return Products.dot(question, candidate);
    }
}
