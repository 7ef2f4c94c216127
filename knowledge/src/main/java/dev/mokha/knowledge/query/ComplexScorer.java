package dev.mokha.knowledge.query;

/// ComplEx: `Re Σ_i s_i r_i ō_i` of complex vectors, real parts in the first half of a row and imaginary
/// parts in the second ([Trouillon et al. 2016, §3](https://arxiv.org/abs/1606.06357)).
public record ComplexScorer() implements PlainScorer {
    @Override
    public double[] ask(double[] subject, double[] relation) {
        return Products.complex(subject, relation);
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        return Products.dot(question, candidate); // the real part of a ō
    }
}
