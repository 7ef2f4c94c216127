package dev.mokha.language.grpo;

import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.nn.Mode;
import dev.mokha.nn.fit.Batches;
import dev.mokha.nn.fit.Shuffled;
import dev.mokha.tensor.Autocast;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Batches that the model itself draws: completions of a step's prompts, which are learned from once or several
/// times before new ones are drawn. Each draw's random numbers depend on the seed and on how many draws
/// there were before, so that a position is that number; between two steps on the same completions it has these
/// too, as the weights that drew them are gone.
final class RolloutBatches implements Batches<RolloutBatch> {
    private final Decoder model;
    private final @Nullable Decoder reference;
    private final Grpo grpo;
    private final Rollouts rollouts;
    private final CompletionsFile file;
    private final Shuffled<int[]> order;
    private final int perCycle;
    private List<Rollout> kept = new ArrayList<>();
    private long served;

    /// @param reference frozen; null without one
    RolloutBatches(Decoder model, @Nullable Decoder reference, Grpo grpo, Rollouts rollouts, CompletionsFile file) {
        this.model = model;
        this.reference = reference;
        this.grpo = grpo;
        this.rollouts = rollouts;
        this.file = file;
        Recipe recipe = grpo.recipe();
        this.order = new Shuffled<>(
                new Shuffled.Examples(rollouts.prompts().size(), recipe.batch()), recipe.seed(), rows -> rows);
        this.perCycle = recipe.accumulation() * grpo.drawing().iterations();
    }

    @Override
    public RolloutBatch next() {
        int accumulation = grpo.recipe().accumulation();
        int within = (int) (served % perCycle);
        if (within == 0) {
            kept = new ArrayList<>();
        }
        if (within < accumulation) {
            kept.add(draw(served / perCycle * accumulation + within));
        }
        served++;
        return batch(kept.get(within % accumulation));
    }

    private RolloutBatch batch(Rollout rollout) {
        return RolloutBatch.of(
                rollout,
                rollouts.prompts(),
                grpo.objective(),
                grpo.drawing().sampling().maxNewTokens());
    }

    private Rollout draw(long draw) {
        Grpo.Drawing drawing = grpo.drawing();
        int[] numbers = order.next();
        var seeds = new SplittableRandom(new SplittableRandom(grpo.recipe().seed()).nextLong() ^ draw);
        long[] each = seeds.longs((long) numbers.length * drawing.group()).toArray();
        Sampling sampling = drawing.sampling();
        Rollout drawn = rollouts.draw(model, numbers, drawing.group(), row -> sampling.withSeed(each[row]));
        show(draw, drawn);
        return drawn.with(
                drawing.iterations() > 1 ? logProbs(model, drawn) : null,
                reference == null ? null : referenceLogProbs(reference, drawn));
    }

    private double[] referenceLogProbs(Decoder reference, Rollout rollout) {
        try (var _ = reference.params().adapters().off()) {
            return logProbs(reference, rollout);
        }
    }

    /// Computed as the loss computes them, so that the first ratios are 1.
    private double[] logProbs(Decoder model, Rollout rollout) {
        double temperature = grpo.drawing().sampling().temperature();
        Mode before = model.params().mode();
        model.params().mode(Mode.EVAL);
        try (var _ = Scope.open("completions scored");
                var _ = Gradients.off()) {
            RolloutBatch batch = batch(rollout);
            return switch (grpo.recipe().precision()) {
                case FLOAT32 ->
                    TokenScores.of(model, batch, temperature).logProbs().toDoubles();
                case BFLOAT16 -> {
                    try (var _ = Autocast.bfloat16(model.params().device())) {
                        yield TokenScores.of(model, batch, temperature)
                                .logProbs()
                                .toDoubles();
                    }
                }
            };
        } finally {
            model.params().mode(before);
        }
    }

    private void show(long draw, Rollout drawn) {
        int shown = Math.min(grpo.examples(), drawn.prompts().length) * drawn.group();
        if (shown == 0) {
            return;
        }
        List<Completion> completions = rollouts.completions(drawn.prompts(), drawn.drawn());
        List<String> names = rollouts.rewards().names();
        double[] total = drawn.scores().total();
        double[] advantages =
                Advantages.of(total, drawn.group(), grpo.objective().scaled());
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            Completion completion = completions.get(i);
            Map<String, Object> each = new LinkedHashMap<>();
            for (int j = 0; j < names.size(); j++) {
                each.put(names.get(j), drawn.scores().each().get(j)[i]);
            }
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("prompt", completion.prompt().text());
            line.put("completion", completion.text());
            line.put("ended", completion.ended());
            line.put("reward", total[i]);
            line.put("rewards", each);
            line.put("advantage", advantages[i]);
            lines.add(line);
        }
        file.write(draw, lines);
    }

    @Override
    public String position() {
        return served % perCycle == 0
                ? Long.toString(served)
                : served + ":" + Base64.getEncoder().encodeToString(Rollout.write(kept));
    }

    @Override
    public void restore(String position) {
        int colon = position.indexOf(':');
        long restored;
        List<Rollout> inHand;
        try {
            restored = Long.parseLong(colon < 0 ? position : position.substring(0, colon));
            inHand = colon < 0 ? List.of() : Rollout.read(Base64.getDecoder().decode(position.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + position + "' is no number of batches drawn", e);
        }
        int accumulation = grpo.recipe().accumulation();
        if (restored < 0 || restored % accumulation != 0 || (restored % perCycle != 0) == inHand.isEmpty()) {
            throw new IllegalArgumentException(
                    "batch " + restored + " of a run with " + grpo.drawing().iterations()
                            + " updates for each set of completions cannot be gone on from with " + inHand.size()
                            + " batches of completions in hand");
        }
        served = restored;
        kept = new ArrayList<>(inHand);
        long cycles = Math.ceilDiv(served, perCycle);
        order.restore(Long.toString(cycles * accumulation));
    }
}
