package dev.mokha.language.reward;

import dev.mokha.language.align.EncodedPair;
import dev.mokha.language.decoder.RewardModel;
import dev.mokha.language.recipe.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is watched while a reward model learns: means of the loss, of both answers' scores, of the margin
/// between them, and of how often the better answer's is higher; a tie is half right.
final class RewardFigures implements Figures<List<EncodedPair>> {
    private final RewardModel model;
    private final BradleyTerry loss;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private int pairs;

    RewardFigures(RewardModel model, BradleyTerry loss) {
        this.model = model;
        this.loss = loss;
    }

    @Override
    public void add(List<EncodedPair> batch) {
        ScoredPairs found = ScoredPairs.of(model, batch);
        double[] losses = found.losses(loss).toDoubles();
        double[] chosen = found.chosen().toDoubles();
        double[] rejected = found.rejected().toDoubles();
        for (int i = 0; i < losses.length; i++) {
            add("loss", losses[i]);
            add("accuracy", (Math.signum(chosen[i] - rejected[i]) + 1) / 2);
            add("margin", chosen[i] - rejected[i]);
            add("chosen_score", chosen[i]);
            add("rejected_score", rejected[i]);
        }
        pairs += losses.length;
    }

    private void add(String name, double value) {
        sums.merge(name, value, Double::sum);
    }

    @Override
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, sum / pairs));
        return means;
    }
}
