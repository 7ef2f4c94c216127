package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.BlockRanker;
import dev.mokha.knowledge.rank.Ranker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;

/// Ranks by a model's scores in float32: some hundred questions at once, against all candidates.
public final class ScorerRanker implements Ranker {
    /// Scores of one block.
    private static final int BLOCK = 1 << 22;

    private final LinkModel model;

    /// The model stays the caller's.
    public ScorerRanker(LinkModel model) {
        this.model = model;
    }

    @Override
    public Ranking rank(Facts queries, Answers known, int candidates) {
        if (candidates > model.config().entities()) {
            throw new IllegalArgumentException("the model knows "
                    + model.config().entities() + " entities, so it cannot rank among " + candidates);
        }
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try {
            return new BlockRanker(this::scores, Math.max(1, BLOCK / Math.max(1, candidates)))
                    .rank(queries, known, candidates);
        } finally {
            model.params().mode(before);
        }
    }

    private float[] scores(int[] subjects, int[] relations, int candidates) {
        try (var _ = Scope.open("rank");
                var _ = Gradients.off()) {
            Tensor questions =
                    model.ask(Tensors.of(subjects, subjects.length), Tensors.of(relations, relations.length));
            return model.scorer()
                    .fitAll(questions, model.entities().narrow(0, 0, candidates))
                    .toFloats();
        }
    }
}
