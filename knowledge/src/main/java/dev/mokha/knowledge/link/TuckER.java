package dev.mokha.knowledge.link;

import dev.mokha.nn.BatchNorm;
import dev.mokha.nn.Dropout;
import dev.mokha.nn.Init;
import dev.mokha.nn.Params;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;

/// [Balažević et al. 2019](https://arxiv.org/abs/1901.09590): `W ×₁ r ×₂ s ×₃ o`, a core tensor multiplied
/// with all three vectors, which need not be equally wide.
///
/// As in the authors' program: batch normalisation and dropout of the subject, dropout of the matrix that
/// the relation makes of the core, batch normalisation and dropout of the question; tables begin by
/// Xavier's normal rule, the core uniform in ±1.
public final class TuckER implements Scorer {
    private static final double EPS = 1e-5;

    private final Tensor core; // [relationDim, entityDim, entityDim]: relation, subject, object
    private final BatchNorm inputNorm;
    private final BatchNorm hiddenNorm;
    private final Dropout inputDropout;
    private final Dropout matrixDropout;
    private final Dropout hiddenDropout;

    private TuckER(Config config, Params params) {
        int wide = config.entityDim;
        this.core = params.tensor("core", new Init.Uniform(1), config.relationDim, wide, wide);
        this.inputNorm = params.batchNorm("input_norm", wide, EPS);
        this.hiddenNorm = params.batchNorm("hidden_norm", wide, EPS);
        this.inputDropout = params.dropout(config.dropout.input);
        this.matrixDropout = params.dropout(config.dropout.matrix);
        this.hiddenDropout = params.dropout(config.dropout.hidden);
    }

    /// @param entityDim numbers an entity has
    /// @param relationDim numbers a relation has
    public record Config(int entityDim, int relationDim, Rates dropout) implements ScorerConfig {
        public Config {
            ScorerConfig.requirePositive("entityDim", entityDim);
            ScorerConfig.requirePositive("relationDim", relationDim);
        }

        /// Dropout as the paper found best for FB15k-237.
        public static Config of(int entityDim, int relationDim) {
            return new Config(entityDim, relationDim, new Rates(0.3, 0.4, 0.5));
        }

        @Override
        public int entityWidth() {
            return entityDim;
        }

        @Override
        public int relationWidth() {
            return relationDim;
        }

        @Override
        public Init entityInit(int entities) {
            return Init.normal(Math.sqrt(2.0 / (entities + entityDim)));
        }

        @Override
        public Init relationInit(int relations) {
            return Init.normal(Math.sqrt(2.0 / (relations + relationDim)));
        }

        @Override
        public Scorer scorer(Params params) {
            return new TuckER(this, params);
        }

        @Override
        public String name() {
            return "TuckER";
        }
    }

    /// Probabilities with which numbers are dropped.
    ///
    /// @param input of the subject
    /// @param matrix of the relation's matrix
    /// @param hidden of the question
    public record Rates(double input, double matrix, double hidden) {}

    @Override
    public Tensor ask(Tensor subjects, Tensor relations) {
        long wide = core.size(1);
        Tensor x = inputDropout.forward(inputNorm.forward(subjects)); // [questions, entityDim]
        Tensor matrices = relations.matmul(core.flatten(1)).reshape(-1, wide, wide); // [questions, subject, object]
        Tensor asked = x.unsqueeze(1).matmul(matrixDropout.forward(matrices)).squeeze(1); // [questions, entityDim]
        return hiddenDropout.forward(hiddenNorm.forward(asked));
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
        throw new UnsupportedOperationException(
                "TuckER does not score relations: batch normalisation stands between relation and score;"
                        + " train it without the relations' loss");
    }
}
