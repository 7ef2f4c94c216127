package dev.mokha.knowledge.query;

/// TransE: `−‖s + r − o‖` ([Bordes et al. 2013](
/// https://papers.nips.cc/paper/5071-translating-embeddings-for-modeling-multi-relational-data)).
///
/// @param norm 1 or 2: the sum of what is apart, or the root of the sum of its squares
/// @param normalized whether each of the three vectors is first brought to length 1, as LKGE does
///     ([Cui et al. 2023, §3.2](https://arxiv.org/abs/2211.15845))
public record TranslationScorer(int norm, boolean normalized) implements PlainScorer {
    private static final double SMALLEST = 1e-12; // below this a vector is divided by it instead of its length

    /// As LKGE computes it: `−‖ŝ + r̂ − ô‖₁`.
    public static final TranslationScorer LKGE = new TranslationScorer(1, true);

    public TranslationScorer {
        if (norm != 1 && norm != 2) {
            throw new IllegalArgumentException("TransE has norm 1 or 2, not " + norm);
        }
    }

    @Override
    public double[] ask(double[] subject, double[] relation) {
        double ofSubject = length(subject);
        double ofRelation = length(relation);
        double[] sum = new double[subject.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = subject[i] / ofSubject + relation[i] / ofRelation;
        }
        return sum;
    }

    @Override
    public double fit(double[] question, double[] candidate) {
        double length = length(candidate);
        double sum = 0;
        for (int i = 0; i < question.length; i++) {
            double apart = question[i] - candidate[i] / length;
            sum += norm == 1 ? Math.abs(apart) : apart * apart;
        }
        return 0 - (norm == 1 ? sum : Math.sqrt(sum)); // not −0
    }

    private double length(double[] x) {
        return normalized ? Math.max(Math.sqrt(Products.dot(x, x)), SMALLEST) : 1;
    }
}
