package dev.mokha.knowledge.query;

/// How well a fact fits, from the vectors of its three parts: higher is better. In plain Java: the
/// definitions that training computes in its own way.
///
/// A question is a vector made of subject and relation, and any candidate object is compared with it.
/// Subjects are asked for by a relation's inverse, which has a vector of its own.
public sealed interface PlainScorer
        permits TranslationScorer, DistMultScorer, ComplexScorer, RotationScorer, TuckerScorer {
    /// {@return the question `(subject, relation, ?)`}, as long as a candidate.
    double[] ask(double[] subject, double[] relation);

    /// {@return how well a candidate answers a question}
    double fit(double[] question, double[] candidate);

    /// {@return the score of a fact}
    default double score(double[] subject, double[] relation, double[] object) {
        return fit(ask(subject, relation), object);
    }
}
