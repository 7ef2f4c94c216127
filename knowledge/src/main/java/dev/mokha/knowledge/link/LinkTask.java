package dev.mokha.knowledge.link;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.RankMetrics;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model that is trained by a recipe and measured on the facts to choose by.
final class LinkTask implements ModelTask<LinkBatch>, AutoCloseable {
    private final LinkModel model;
    private final LinkLoss loss;
    private final Facts questions;
    private final Answers known;
    private final int entities;
    private final Map<String, Tensor> best = new LinkedHashMap<>();
    private double bestScore = Double.POSITIVE_INFINITY;

    LinkTask(LinkTraining.Start start, LinkRecipe recipe, LinkData data) {
        this.model = start.model();
        this.loss = new LinkLoss(model, recipe);
        this.questions = start.choosing().withInverses();
        this.known = data.known();
        this.entities = data.entities();
    }

    @Override
    public Params params() {
        return model.params();
    }

    @Override
    public Map<String, Rng> streams() {
        return Map.of("dropout", model.params().rng());
    }

    @Override
    public Tensor loss(LinkBatch batch) {
        model.scorer().project(model.entities().detach());
        return loss.of(batch);
    }

    /// The mean reciprocal rank with a minus, as lower scores are better here.
    @Override
    public @Nullable Evaluation evaluate() {
        model.scorer().project(model.entities().detach());
        if (questions.size() == 0) {
            return null;
        }
        RankMetrics found =
                new ScorerRanker(model).rank(questions, known, entities).metrics(Ties.AVERAGE);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("mrr", found.mrr());
        figures.put("mr", found.mr());
        figures.put("hits@1", found.hits1());
        figures.put("hits@3", found.hits3());
        figures.put("hits@10", found.hits10());
        if (-found.mrr() < bestScore) {
            bestScore = -found.mrr();
            remember();
        }
        return new Evaluation(-found.mrr(), figures);
    }

    private void remember() {
        model.params().named().forEach((name, tensor) -> {
            Tensor kept = best.get(name);
            if (kept == null) {
                best.put(name, tensor.detach().copy().retain());
            } else {
                kept.copyInPlace(tensor);
            }
        });
    }

    /// Goes back to the parameters that were measured best since this task began, where any were.
    ///
    /// @return whether there were any
    boolean restoreBest() {
        if (best.isEmpty()) {
            return false;
        }
        model.params().copyFrom(best);
        return true;
    }

    /// {@return the best score measured since this task began: infinite without one}
    double bestScore() {
        return bestScore;
    }

    @Override
    public void close() {
        best.values().forEach(Tensor::close);
    }
}
