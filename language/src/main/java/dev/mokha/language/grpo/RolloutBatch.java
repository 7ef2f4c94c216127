package dev.mokha.language.grpo;

import dev.mokha.language.decoder.TokenBatch;
import dev.mokha.language.generate.BatchGenerator.Continuation;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Completions behind their prompts, as tensors. A completion's tokens stand one after the other, completion
/// after completion: `[tokens]`.
///
/// @param rollout what it is made of
/// @param tokens rows of prompt and completion, filled up on the right, where a causal model does not look
/// @param positions where in the rows the logits of each token are, 64-bit integers `[tokens]`
/// @param targets the tokens, 64-bit integers `[tokens]`
/// @param advantages of each token's completion, `[tokens]`
/// @param weights how much each token counts, `[tokens]`; 0 of completions that are not learned from
/// @param weight how much the batch counts beside others of a step
record RolloutBatch(
        Rollout rollout,
        TokenBatch tokens,
        Tensor positions,
        Tensor targets,
        Tensor advantages,
        Tensor weights,
        double weight) {
    /// @param longest the longest length a completion can have
    static RolloutBatch of(Rollout rollout, List<EncodedPrompt> prompts, Objective objective, int longest) {
        List<Continuation> drawn = rollout.drawn();
        int group = rollout.group();
        int[][] rows = new int[drawn.size()][];
        int[] counts = new int[drawn.size()];
        for (int i = 0; i < rows.length; i++) {
            Continuation one = drawn.get(i);
            int[] prompt = prompts.get(rollout.prompts()[i / group]).ids();
            rows[i] = Arrays.copyOf(prompt, prompt.length + one.ids().size());
            for (int j = 0; j < one.ids().size(); j++) {
                rows[i][prompt.length + j] = one.ids().get(j);
            }
            counts[i] = one.ended() || !objective.maskTruncated() ? one.ids().size() : 0;
        }
        double[] advantages = Advantages.of(rollout.scores().total(), group, objective.scaled());
        double[] weights = objective.aggregation().tokenWeights(counts, longest);
        var flat = new Flat(rollout.tokens());
        int time = Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
        int[] ids = new int[rows.length * time];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, ids, i * time, rows[i].length);
            int begin = rows[i].length - drawn.get(i).ids().size();
            for (int t = begin; t < rows[i].length; t++) {
                flat.add(i * time + t - 1, rows[i][t], advantages[i], counts[i] == 0 ? 0 : weights[i]);
            }
        }
        return new RolloutBatch(
                rollout,
                TokenBatch.of(Tensors.of(ids, rows.length, time)),
                Tensors.of(flat.positions, flat.size),
                Tensors.of(flat.targets, flat.size),
                Tensors.of(flat.advantages, flat.size),
                Tensors.of(flat.weights, flat.size),
                objective.aggregation().weight(counts));
    }

    /// {@return what the tokens are judged by}
    /// @param now their log-probabilities under the model that learns, which are the old ones as long as it has
    ///     not moved
    Objective.Judged judged(Tensor now) {
        @Nullable Tensor old = known(rollout.old());
        return new Objective.Judged(advantages, weights, old == null ? now.detach() : old, known(rollout.reference()));
    }

    private static @Nullable Tensor known(double @Nullable [] values) {
        return values == null ? null : Tensors.of(values, values.length);
    }

    /// Tokens one after the other.
    private static final class Flat {
        private final int[] positions;
        private final int[] targets;
        private final double[] advantages;
        private final double[] weights;
        private int size;

        Flat(int count) {
            this.positions = new int[count];
            this.targets = new int[count];
            this.advantages = new double[count];
            this.weights = new double[count];
        }

        void add(int position, int target, double advantage, double weight) {
            positions[size] = position;
            targets[size] = target;
            advantages[size] = advantage;
            weights[size++] = weight;
        }
    }
}
