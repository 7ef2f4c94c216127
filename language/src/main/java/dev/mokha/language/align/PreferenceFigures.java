package dev.mokha.language.align;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.recipe.Figures;
import dev.mokha.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is watched while a model is aligned, over the pairs measured so far: means of the loss, of the
/// implicit rewards `β r(y)` (without a reference, `β log π(y|x)`) of both answers, of their margin, of how
/// often it is above 0, of log-likelihoods and of lengths, and with a reference of both answers' log-ratios.
///
/// `chosen_log_ratio`, the mean of `log π(y|x) − log ρ(y|x)` in nats an answer, estimates `KL(p‖ρ) − KL(p‖π)`
/// with `p` the distribution that the better answers were drawn from: how much nearer to them than the
/// reference the model has come. It is `KL(π‖ρ)`, how far the model has moved, only once the model answers as
/// they do.
final class PreferenceFigures implements Figures<PairBatch> {
    private final Decoder model;
    private final PreferenceLoss loss;
    private final Map<String, Double> sums = new LinkedHashMap<>();
    private int pairs;

    PreferenceFigures(Decoder model, PreferenceLoss loss) {
        this.model = model;
        this.loss = loss;
    }

    @Override
    public void add(PairBatch batch) {
        AnswerScores policy = batch.scores(model);
        AnswerScores reference = batch.reference();
        AnswerScores rewards = reference == null ? policy : policy.minus(reference);
        double[] chosen = rewards.chosen().mul(loss.beta()).toDoubles();
        double[] rejected = rewards.rejected().mul(loss.beta()).toDoubles();
        double[] losses = loss.of(policy, reference == null ? policy : reference, batch.lengths())
                .toDoubles();
        for (int i = 0; i < losses.length; i++) {
            add("loss", losses[i]);
            add("reward_accuracy", (Math.signum(chosen[i] - rejected[i]) + 1) / 2); // a tie is half right
            add("reward_margin", chosen[i] - rejected[i]);
            add("chosen_reward", chosen[i]);
            add("rejected_reward", rejected[i]);
        }
        if (reference != null) {
            addAll("chosen_log_ratio", rewards.chosen());
            addAll("rejected_log_ratio", rewards.rejected());
        }
        addAll("chosen_logp", policy.chosen());
        addAll("rejected_logp", policy.rejected());
        addAll("chosen_tokens", batch.lengths().chosen());
        addAll("rejected_tokens", batch.lengths().rejected());
        pairs += losses.length;
    }

    private void addAll(String name, Tensor values) {
        for (double value : values.toDoubles()) {
            add(name, value);
        }
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
