package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is watched while a model learns from rated answers: the loss, the reference point `z₀` in nats an
/// answer (`kl`), and for each kind the means of the implicit rewards `β r(y)`, log-likelihoods and lengths.
/// With both kinds also the margin between their rewards, and how often a good answer's reward is above a bad
/// one's, over all combinations, where a tie is half right.
final class RatedFigures implements Figures<RatedBatch> {
    private final Decoder model;
    private final Kto loss;
    private final Map<String, List<Double>> values = new LinkedHashMap<>();

    RatedFigures(Decoder model, Kto loss) {
        this.model = model;
        this.loss = loss;
    }

    @Override
    public void add(RatedBatch batch) {
        RatedBatch.Found found = batch.read(model);
        double[] losses = loss.of(found.ratios(), batch.kinds(), found.point()).toDoubles();
        double[] ratios = found.ratios().toDoubles();
        double[] logps = found.logps().toDoubles();
        double[] tokens = batch.own().scored().toDoubles();
        double[] kinds = batch.kinds().toDoubles();
        for (int i = 0; i < losses.length; i++) {
            String kind = kinds[i] > 0 ? "desirable" : "undesirable";
            add("loss", losses[i]);
            add("kl", found.point());
            add(kind + "_reward", loss.beta() * ratios[i]);
            add(kind + "_logp", logps[i]);
            add(kind + "_tokens", tokens[i]);
        }
    }

    private void add(String name, double value) {
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    @Override
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        values.forEach((name, all) -> means.put(name, mean(all)));
        List<Double> good = values.getOrDefault("desirable_reward", List.of());
        List<Double> bad = values.getOrDefault("undesirable_reward", List.of());
        if (!good.isEmpty() && !bad.isEmpty()) {
            means.put("reward_margin", mean(good) - mean(bad));
            means.put("reward_accuracy", above(good, bad));
        }
        return means;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double above(List<Double> good, List<Double> bad) {
        double right = 0;
        for (double better : good) {
            for (double worse : bad) {
                right += (Math.signum(better - worse) + 1) / 2;
            }
        }
        return right / ((double) good.size() * bad.size());
    }
}
