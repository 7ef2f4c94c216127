package dev.mokha.language.grpo;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.fit.Fit;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.nn.optim.AdamW;
import dev.mokha.nn.optim.Schedule;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a decoder learns from rewards of its own completions, by group relative policy optimisation,
/// [Shao et al. 2024, §4.1](https://arxiv.org/abs/2402.03300): several completions are drawn of each prompt,
/// and those that got more than the others of their prompt become likelier. No value model is trained.
///
/// @param rewards what completions are judged by
/// @param objective what is made small
/// @param drawing how completions are drawn
/// @param steps how many updates
/// @param schedule the learning rate of each step
/// @param precision what products run in while it learns; completions are drawn in float32
/// @param every how often to log, evaluate and write checkpoints
/// @param examples of how many prompts of each draw the completions are written to `completions.jsonl`
/// @param budget stop after this time; null for no limit
public record Grpo(
        Rewards rewards,
        Objective objective,
        Drawing drawing,
        long steps,
        Schedule schedule,
        Fit.Precision precision,
        Fit.Every every,
        int examples,
        @Nullable Duration budget) {
    private static final double CLIP = 1;

    public Grpo {
        if (steps < 1 || examples < 0) {
            throw new IllegalArgumentException(
                    "steps must be at least 1 and examples at least 0, were " + steps + " and " + examples);
        }
    }

    /// How completions are drawn.
    ///
    /// @param batch prompts in a batch, whose completions are drawn at once
    /// @param group completions of each prompt
    /// @param accumulation batches in a step
    /// @param iterations steps on each set of completions, the paper's μ
    /// @param sampling how the next token is chosen; the seed in it does not count
    /// @param seed draws the order of prompts, and the completions
    public record Drawing(int batch, int group, int accumulation, int iterations, Sampling sampling, long seed) {
        public Drawing {
            if (batch < 1 || accumulation < 1 || iterations < 1) {
                throw new IllegalArgumentException("batch, accumulation and iterations must be at least 1, were "
                        + batch + ", " + accumulation + " and " + iterations);
            }
            if (group < 2) {
                throw new IllegalArgumentException(
                        "a group needs at least 2 completions to be judged against each other, was " + group);
            }
            if (sampling.temperature() == 0) {
                throw new IllegalArgumentException("at temperature 0 all completions of a prompt are the same, and"
                        + " nothing can be learned; take one above 0");
            }
            if (!sampling.stop().isEmpty()) {
                throw new IllegalArgumentException("completions end at an end-of-text token; the stop texts "
                        + sampling.stop() + " are not looked for");
            }
        }
    }

    /// What is learned from, and what is measured on.
    ///
    /// @param ends the ids that end a completion
    /// @param heldOut never trained on; may be empty
    public record Encoded(
            Tokenizer tokenizer, List<Integer> ends, List<EncodedPrompt> train, List<EncodedPrompt> heldOut) {
        public Encoded {
            ends = List.copyOf(ends);
            train = List.copyOf(train);
            heldOut = List.copyOf(heldOut);
            if (train.isEmpty()) {
                throw new IllegalArgumentException("there is no prompt to learn from");
            }
            if (ends.isEmpty()) {
                throw new IllegalArgumentException("the model's folder names no eos token, so no completion would end;"
                        + " set eos_token_id in its config.json");
            }
        }
    }

    /// How a run ended.
    ///
    /// @param before figures on the held-out prompts, completed greedily, before the first step;
    ///     empty without any
    /// @param after those at the end
    public record Result(Fit.Result fit, Map<String, Double> before, Map<String, Double> after) {}

    /// Turns prompts into tokens.
    ///
    /// @param context the model's
    /// @throws CorpusException naming the prompt that leaves no room for its completion, or has not what a
    ///     reward needs
    public List<EncodedPrompt> encode(Tokenizer tokenizer, ChatEncoder chat, int context, List<Prompt> prompts) {
        return prompts.stream()
                .map(prompt -> {
                    rewards.require(prompt);
                    int[] ids = prompt.ids(tokenizer, chat);
                    int longest = drawing.sampling().maxNewTokens();
                    if (ids.length + longest > context) {
                        throw new CorpusException(prompt.where() + ": the prompt has " + ids.length
                                + " tokens; with a completion of up to " + longest
                                + " it does not fit the model's context of " + context);
                    }
                    return new EncodedPrompt(prompt, ids);
                })
                .toList();
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model trained in place
    /// @param reference the frozen model, when the objective has one; stays the caller's
    public Result run(
            Decoder model, @Nullable Decoder reference, Encoded prompts, Path out, Progress progress, StopSignal stop) {
        if (objective.hasReference() != (reference != null)) {
            throw new IllegalArgumentException(
                    "beta is " + objective.beta() + (reference == null ? ", without" : ", with") + " a reference");
        }
        var rollouts = new Rollouts(prompts.train(), prompts.tokenizer(), prompts.ends(), rewards);
        var measured = new Rollouts(prompts.heldOut(), prompts.tokenizer(), prompts.ends(), rewards);
        @Nullable
        HeldOutPrompts heldOut = prompts.heldOut().isEmpty()
                ? null
                : new HeldOutPrompts(
                        measured,
                        drawing.batch() * drawing.group(),
                        drawing.sampling().maxNewTokens());
        var task = new GrpoTask(
                model, objective, drawing.sampling().temperature(), new GrpoFigures(rewards.names()), heldOut);
        Map<String, Double> before = figures(task);
        var batches = new RolloutBatches(model, reference, this, rollouts, new CompletionsFile(out));
        try (var optimizer =
                new AdamW(model.params().trainable(), AdamW.Config.decoder().withWeightDecay(0))) {
            Fit.Result result = Fit.steps(steps, schedule)
                    .withAccumulation(drawing.accumulation())
                    .withClip(CLIP)
                    .withPrecision(precision)
                    .withEvery(every)
                    .withBudget(budget)
                    .withOutput(out)
                    .run(task, optimizer, batches, progress, stop);
            return new Result(result, before, figures(task));
        }
    }

    private static Map<String, Double> figures(GrpoTask task) {
        task.training(false);
        try (var _ = Scope.open("held-out prompts");
                var _ = Gradients.off()) {
            var found = task.evaluate();
            return found == null ? Map.of() : new TreeMap<>(found.figures());
        }
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = new TreeMap<>();
        words.put("rewards", rewards.parts().toString());
        words.put("objective", objective.toString());
        words.put("drawing", drawing.toString());
        words.put("steps", Long.toString(steps));
        words.put("schedule", schedule.toString());
        words.put("precision", precision.name());
        return words;
    }
}
