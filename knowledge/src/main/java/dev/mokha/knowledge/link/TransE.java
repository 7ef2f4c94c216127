package dev.mokha.knowledge.link;

import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;

/// [Bordes et al.
/// 2013](https://papers.nips.cc/paper/5071-translating-embeddings-for-modeling-multi-relational-data):
/// `−‖s + r − o‖` with the norm L1 or L2.
///
/// Entities are brought to length 1 before each batch, as in the paper's algorithm 1. Vectors begin uniform
/// in `±6/√dim`. Unlike there, relations are not scaled once at the beginning.
public final class TransE implements Scorer {
    private final int norm;

    private TransE(int norm) {
        this.norm = norm;
    }

    /// @param dim numbers a vector has
    /// @param norm 1 or 2
    public record Config(int dim, int norm) implements ScorerConfig {
        public Config {
            ScorerConfig.requirePositive("dim", dim);
            if (norm != 1 && norm != 2) {
                throw new IllegalArgumentException("TransE has norm 1 or 2, not " + norm);
            }
        }

        @Override
        public int entityWidth() {
            return dim;
        }

        @Override
        public int relationWidth() {
            return dim;
        }

        @Override
        public Init entityInit(int entities) {
            return new Init.Uniform(6 / Math.sqrt(dim));
        }

        @Override
        public Init relationInit(int relations) {
            return new Init.Uniform(6 / Math.sqrt(dim));
        }

        @Override
        public Scorer scorer(Params params) {
            return new TransE(norm);
        }

        @Override
        public String name() {
            return "TransE";
        }
    }

    @Override
    public Tensor ask(Tensor subjects, Tensor relations) {
        return subjects.add(relations);
    }

    @Override
    public Tensor fit(Tensor questions, Tensor candidates) {
        Tensor gaps = questions.unsqueeze(1).sub(candidates); // [questions, candidates, dim]
        Tensor length = norm == 1
                ? gaps.abs().sum(-1, false)
                : gaps.square().sum(-1, false).add(1e-30).sqrt(); // finite gradient where they meet
        return length.neg();
    }

    @Override
    public Tensor fitAll(Tensor questions, Tensor entities) {
        return Functional.distances(questions, entities, norm).neg();
    }

    @Override
    public Tensor fitRelations(Pairs pairs, Tensor relations) {
        return Functional.distances(pairs.objects().sub(pairs.subjects()), relations, norm)
                .neg();
    }

    @Override
    public boolean isProduct() {
        return false;
    }

    @Override
    public void project(Tensor entities) {
        try (var _ = Scope.open("project");
                var _ = Gradients.off()) {
            Tensor lengths = entities.square().sum(-1, true).sqrt();
            entities.mulInPlace(lengths.add(1e-30).reciprocal());
        }
    }
}
