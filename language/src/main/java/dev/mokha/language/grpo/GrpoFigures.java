package dev.mokha.language.grpo;

import dev.mokha.language.generate.BatchGenerator.Continuation;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is watched in training: the rewards and lengths of a step's completions, and how the model moves. Named
/// as in TRL.
final class GrpoFigures {
    /// The mean weighted sum of rewards.
    static final String REWARD = "reward";

    private final List<String> names;
    private final List<Rollout> rollouts = new ArrayList<>();
    private double tokens;
    private double entropy;
    private double kl;
    private double low;
    private double high;
    private boolean hasReference;

    /// @param names of the rewards
    GrpoFigures(List<String> names) {
        this.names = List.copyOf(names);
    }

    void add(Rollout rollout, TokenScores scores, Objective.Terms terms) {
        rollouts.add(rollout);
        tokens += rollout.tokens();
        entropy += scores.entropies().sum().item();
        low += terms.clippedLow().to(DType.FLOAT64).sum().item();
        high += terms.clippedHigh().to(DType.FLOAT64).sum().item();
        Tensor divergence = terms.kl();
        hasReference = divergence != null;
        if (divergence != null) {
            kl += divergence.detach().sum().item();
        }
    }

    /// {@return the figures since the last call}
    Map<String, Double> take() {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (!rollouts.isEmpty()) {
            figures.putAll(ofCompletions(names, rollouts, true));
            double equal = 0;
            int groups = 0;
            for (Rollout rollout : rollouts) {
                equal += Advantages.equalGroups(rollout.scores().total(), rollout.group());
                groups += rollout.prompts().length;
            }
            figures.put("frac_reward_zero_std", equal / groups);
            if (hasReference) {
                figures.put("kl", kl / tokens);
            }
            figures.put("entropy", entropy / tokens);
            figures.put("clip_ratio/low_mean", low / tokens);
            figures.put("clip_ratio/high_mean", high / tokens);
            figures.put("clip_ratio/region_mean", (low + high) / tokens);
        }
        rollouts.clear();
        tokens = 0;
        entropy = 0;
        kl = 0;
        low = 0;
        high = 0;
        return figures;
    }

    /// {@return rewards and lengths}
    /// @param deviations whether standard deviations of the rewards are among them
    static Map<String, Double> ofCompletions(List<String> names, List<Rollout> rollouts, boolean deviations) {
        Map<String, Double> figures = new LinkedHashMap<>();
        double[] totals = joined(rollouts, -1);
        figures.put(REWARD, mean(totals));
        if (deviations) {
            figures.put("reward_std", Advantages.deviation(totals, 0, totals.length));
        }
        for (int i = 0; i < names.size(); i++) {
            double[] each = joined(rollouts, i);
            figures.put("rewards/" + names.get(i) + "/mean", mean(each));
            if (deviations) {
                figures.put("rewards/" + names.get(i) + "/std", Advantages.deviation(each, 0, each.length));
            }
        }
        List<Continuation> drawn =
                rollouts.stream().flatMap(rollout -> rollout.drawn().stream()).toList();
        figures.put(
                "completions/mean_length",
                mean(drawn.stream().mapToDouble(one -> one.ids().size()).toArray()));
        figures.put(
                "completions/max_length",
                drawn.stream().mapToDouble(one -> one.ids().size()).max().orElse(0));
        figures.put(
                "completions/clipped_ratio",
                mean(drawn.stream().mapToDouble(one -> one.ended() ? 0 : 1).toArray()));
        return figures;
    }

    private static double[] joined(List<Rollout> rollouts, int reward) {
        return rollouts.stream()
                .map(rollout -> reward < 0
                        ? rollout.scores().total()
                        : rollout.scores().each().get(reward))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
