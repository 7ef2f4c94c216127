package dev.mokha.language.finetune;

import dev.mokha.nn.Params;
import dev.mokha.nn.fit.ModelTask;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A head that is trained on items and measured on others.
///
/// @param dev held-out items by name; the first decides
/// @param metric the figure of the first that decides
record FineTask(TaskHead head, Objective objective, Scoring scoring, Map<String, List<Item>> dev, String metric)
        implements ModelTask<ItemBatch> {
    @Override
    public Params params() {
        return head.model().params();
    }

    @Override
    public Tensor loss(ItemBatch batch) {
        return objective.of(head.logits(batch), batch);
    }

    @Override
    public double weight(ItemBatch batch) {
        return batch.rows();
    }

    @Override
    public long tokens(ItemBatch batch) {
        return batch.tokens().tokens();
    }

    @Override
    public Map<String, Rng> streams() {
        return Map.of("dropout", head.model().params().rng());
    }

    @Override
    public Evaluation evaluate() {
        Map<String, Double> figures = new LinkedHashMap<>();
        double score = Double.POSITIVE_INFINITY;
        boolean first = true;
        for (var set : dev.entrySet()) {
            Map<String, Double> found = scoring.report(set.getValue(), Outputs.of(head, set.getValue()))
                    .figures();
            if (first) {
                score = score(found);
            }
            String prefix = first ? "" : set.getKey() + "_";
            found.forEach((name, value) -> figures.put(prefix + name, value));
            first = false;
        }
        return new Evaluation(score, figures);
    }

    /// The smaller, the better; one that is not defined is worse than all.
    private double score(Map<String, Double> figures) {
        Double value = figures.get(metric);
        if (value == null) {
            throw new IllegalArgumentException(
                    "there is no figure '" + metric + "'; a " + scoring.kind() + " has " + figures.keySet());
        }
        return value.isNaN() ? Double.POSITIVE_INFINITY : -value;
    }
}
