package dev.mokha.knowledge.link;

import dev.mokha.knowledge.link.LinkBatch.Asked;
import dev.mokha.knowledge.link.LinkBatch.Ids;
import dev.mokha.knowledge.link.LinkBatch.Paired;
import dev.mokha.knowledge.link.Objective.KvsAll;
import dev.mokha.knowledge.link.Objective.Negatives;
import dev.mokha.knowledge.link.Objective.OneVsAll;
import dev.mokha.knowledge.link.Objective.Targets;
import dev.mokha.knowledge.link.Scorer.Pairs;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;

/// The loss of a batch: the objective's, plus the regulariser, plus the weighted cross entropy of each
/// fact's relation among all relations ([Chen et al. 2021, eq. 2](https://arxiv.org/abs/2110.02834)).
final class LinkLoss {
    private final LinkModel model;
    private final LinkRecipe recipe;

    LinkLoss(LinkModel model, LinkRecipe recipe) {
        this.model = model;
        this.recipe = recipe;
    }

    /// The vectors of a batch's facts, and what each row counts.
    ///
    /// @param subjects `[rows, entityWidth]`, one for each question where facts share it
    /// @param relations `[rows, relationWidth]`
    /// @param weights of these rows, `[rows, 1]`: they add up to 1
    /// @param objects `[facts, entityWidth]`, each counting alike
    private record Vectors(Tensor subjects, Tensor relations, Tensor weights, Tensor objects) {}

    /// {@return a scalar}
    Tensor of(LinkBatch batch) {
        return switch (batch) {
            case Paired paired -> paired(paired);
            case Asked asked -> asked(asked);
        };
    }

    private Tensor paired(Paired batch) {
        Ids facts = batch.facts();
        Tensor[] entities = entities(facts.subjects(), facts.objects());
        Tensor relations = Functional.embedding(facts.relations(), model.relations());
        Tensor questions = model.scorer().ask(entities[0], relations); // [facts, entityWidth]
        Tensor right = fit(questions, entities[1]);
        Tensor wrong = model.fit(questions, batch.wrong()); // [facts, k]
        Tensor loss = switch (recipe.objective()) {
            case Negatives negatives -> negatives.loss().of(right, wrong);
            case OneVsAll _, KvsAll _ -> throw new IllegalStateException("batches of another objective");
        };
        long n = facts.objects().size(0);
        Tensor weights = Tensors.full(1.0 / n, right.dtype(), right.device(), n, 1);
        loss = regularized(loss, new Vectors(entities[0], relations, weights, entities[1]));
        return recipe.relationWeight() == 0
                ? loss
                : withRelations(loss, new Pairs(entities[0], entities[1]), facts.relations());
    }

    private Tensor asked(Asked batch) {
        Tensor owners = batch.found().questions();
        Tensor[] entities = entities(batch.subjects(), batch.found().objects());
        Tensor relations = Functional.embedding(batch.relations(), model.relations());
        Tensor questions = model.scorer().ask(entities[0], relations); // [questions, entityWidth]
        Tensor right = fit(Functional.embedding(owners, questions), entities[1]); // [facts]
        long facts = owners.size(0);
        Tensor ones = Tensors.full(1, right.dtype(), right.device(), facts);
        Tensor counts = Tensors.zeros(right.dtype(), right.device(), questions.size(0))
                .indexAdd(0, owners, ones); // [questions]
        Tensor shares = counts.mul(1.0 / facts);
        Tensor loss = switch (recipe.objective()) {
            case OneVsAll(double smoothing) -> oneVsAll(questions, shares, right, smoothing);
            case KvsAll(Targets targets, double smoothing) ->
                switch (targets) {
                    case BINARY -> binary(questions, right, smoothing);
                    case SOFTMAX -> softmax(questions, counts, right, owners);
                };
            case Negatives _ -> throw new IllegalStateException("batches of another objective");
        };
        loss = regularized(loss, new Vectors(entities[0], relations, shares.unsqueeze(1), entities[1]));
        if (recipe.relationWeight() == 0) {
            return loss;
        }
        var pairs = new Pairs(Functional.embedding(owners, entities[0]), entities[1]);
        return withRelations(loss, pairs, batch.relations().indexSelect(0, owners));
    }

    /// The rows of subjects and of objects, looked up at once: their gradient is one table and not two.
    private Tensor[] entities(Tensor subjects, Tensor objects) {
        Tensor rows = Functional.embedding(Tensors.cat(List.of(subjects, objects), 0), model.entities());
        return rows.split(new long[] {subjects.size(0), objects.size(0)}, 0);
    }

    /// `[facts, entityWidth]` twice to `[facts]`
    private Tensor fit(Tensor questions, Tensor objects) {
        return model.scorer().fit(questions, objects.unsqueeze(1)).squeeze(1);
    }

    private Tensor all(Tensor questions) {
        return wide(model.scorer().fitAll(questions, model.entities()));
    }

    /// Scores of products under autocast come in its type.
    private static Tensor wide(Tensor scores) {
        return scores.dtype() == DType.FLOAT64 ? scores : scores.to(DType.FLOAT32);
    }

    private Tensor oneVsAll(Tensor questions, Tensor shares, Tensor right, double smoothing) {
        if (smoothing == 0) {
            return logSums(questions, shares).sub(right.mean());
        }
        Tensor all = all(questions); // [questions, entities]
        Tensor logSums = all.logSumExp(-1, false).sub(all.mean(-1, false).mul(smoothing));
        return logSums.mul(shares).sum().addScaled(right.mean(), smoothing - 1);
    }

    /// `Σ share · log Σ_e e^f` over questions.
    private Tensor logSums(Tensor questions, Tensor shares) {
        return model.scorer().isProduct()
                ? Functional.linearLogSumExp(questions, model.entities(), shares)
                : all(questions).logSumExp(-1, false).mul(shares).sum();
    }

    private Tensor binary(Tensor questions, Tensor right, double smoothing) {
        Tensor all = all(questions); // [questions, entities]
        // −y log σ(x) − (1 − y) log σ(−x) = softplus(x) − y x
        Tensor loss = PairLoss.softplus(all).sum().addScaled(right.sum(), smoothing - 1);
        if (smoothing > 0) {
            loss = loss.addScaled(all.sum(), -1.0 / all.size(1));
        }
        return loss.mul(1.0 / all.count());
    }

    private Tensor softmax(Tensor questions, Tensor counts, Tensor right, Tensor owners) {
        double each = 1.0 / questions.size(0);
        Tensor even = Tensors.full(each, right.dtype(), right.device(), questions.size(0));
        Tensor weights = counts.reciprocal().mul(each).indexSelect(0, owners); // [facts]
        return logSums(questions, even).sub(right.mul(weights).sum());
    }

    private Tensor regularized(Tensor loss, Vectors of) {
        Regularizer regularizer = recipe.regularizer();
        if (regularizer.weight() == 0) {
            return loss;
        }
        Scorer scorer = model.scorer();
        int power = regularizer.power();
        Tensor size = raised(scorer.entitySizes(of.subjects()), power)
                .mul(of.weights())
                .sum();
        size = size.add(raised(scorer.relationSizes(of.relations()), power)
                .mul(of.weights())
                .sum());
        size = size.addScaled(
                raised(scorer.entitySizes(of.objects()), power).sum(),
                1.0 / of.objects().size(0));
        return loss.addScaled(size, regularizer.weight());
    }

    private static Tensor raised(Tensor sizes, int power) {
        return power == 2 ? sizes.square() : sizes.square().mul(sizes);
    }

    private Tensor withRelations(Tensor loss, Pairs pairs, Tensor right) {
        Tensor scores = wide(model.scorer().fitRelations(pairs, model.relations())); // [facts, relations]
        return loss.addScaled(Functional.crossEntropy(scores, right, 0), recipe.relationWeight());
    }
}
