package dev.mokha.language.grpo;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.generate.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Prompts that are never trained on, completed greedily.
///
/// @param rollouts completes and judges them
/// @param batch how many at once
/// @param longest the longest length of a completion
record HeldOutPrompts(Rollouts rollouts, int batch, int longest) {
    /// {@return rewards and lengths}
    Map<String, Double> measure(Decoder model) {
        int count = rollouts.prompts().size();
        List<Rollout> found = new ArrayList<>();
        for (int from = 0; from < count; from += batch) {
            int[] numbers = IntStream.range(from, Math.min(count, from + batch)).toArray();
            found.add(rollouts.draw(model, numbers, 1, _ -> Sampling.greedy(longest)));
        }
        return GrpoFigures.ofCompletions(rollouts.rewards().names(), found, false);
    }
}
