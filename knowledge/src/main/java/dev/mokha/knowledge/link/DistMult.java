package dev.mokha.knowledge.link;

import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// [Yang et al. 2015](https://arxiv.org/abs/1412.6575): `Σ s r o` over the numbers of the three. Symmetric
/// in subject and object. Begins as [Lacroix et al. 2018](https://arxiv.org/abs/1806.07297) do: close to 0.
public final class DistMult implements Scorer {
    /// @param dim numbers a vector has
    /// @param scale the standard deviation that vectors begin with
    public record Config(int dim, double scale) implements ScorerConfig {
        public Config {
            ScorerConfig.requirePositive("dim", dim);
        }

        /// So many numbers, which begin with standard deviation 0.001.
        public static Config of(int dim) {
            return new Config(dim, 1e-3);
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
            return Init.normal(scale);
        }

        @Override
        public Init relationInit(int relations) {
            return Init.normal(scale);
        }

        @Override
        public Scorer scorer(Params params) {
            return new DistMult();
        }

        @Override
        public String name() {
            return "DistMult";
        }
    }

    @Override
    public Tensor ask(Tensor subjects, Tensor relations) {
        return subjects.mul(relations);
    }

    @Override
    public Tensor fit(Tensor questions, Tensor candidates) {
        return Dots.fit(questions, candidates);
    }

    @Override
    public Tensor fitAll(Tensor questions, Tensor entities) {
        return Functional.linear(questions, entities, null);
    }

    @Override
    public Tensor fitRelations(Pairs pairs, Tensor relations) {
        return Functional.linear(pairs.subjects().mul(pairs.objects()), relations, null);
    }
}
