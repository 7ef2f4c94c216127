package dev.mokha.language.grpo;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.decoder.Decoder;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.recipe.Recipe;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.file.Path;
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
/// @param recipe how the training goes: its context is for a prompt with its completion, its batch is of
///     prompts, and its precision is for learning, as completions are drawn in float32
/// @param examples of how many prompts of each draw the completions are written to `completions.jsonl`
public record Grpo(Rewards rewards, Objective objective, Drawing drawing, Recipe recipe, int examples) {
    public Grpo {
        if (examples < 0) {
            throw new IllegalArgumentException("examples must be at least 0, was " + examples);
        }
    }

    /// How completions are drawn.
    ///
    /// @param group completions of each prompt
    /// @param iterations steps on each set of completions, the paper's μ
    /// @param sampling how the next token is chosen; the seed in it does not count, that of the recipe does
    public record Drawing(int group, int iterations, Sampling sampling) {
        public Drawing {
            if (iterations < 1) {
                throw new IllegalArgumentException("iterations must be at least 1, was " + iterations);
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

    /// Turns prompts into tokens.
    ///
    /// @throws CorpusException naming the prompt that leaves no room for its completion, or has not what a
    ///     reward needs
    public List<EncodedPrompt> encode(Tokenizer tokenizer, ChatEncoder chat, List<Prompt> prompts) {
        return prompts.stream()
                .map(prompt -> {
                    rewards.require(prompt);
                    int[] ids = prompt.ids(tokenizer, chat);
                    int longest = drawing.sampling().maxNewTokens();
                    if (ids.length + longest > recipe.context()) {
                        throw new CorpusException(prompt.where() + ": the prompt has " + ids.length
                                + " tokens; with a completion of up to " + longest + " it does not fit a context of "
                                + recipe.context());
                    }
                    return new EncodedPrompt(prompt, ids);
                })
                .toList();
    }

    /// Trains until the steps, the budget or the signal end it; resumes from the checkpoints in `out`.
    ///
    /// @param model trained in place
    /// @param reference the frozen model, when the objective has one: a second one, which stays the
    ///     caller's, or
    ///     of a model with adapters the model itself, which is then read with them off
    public Recipe.Result run(
            Decoder model, @Nullable Decoder reference, Encoded prompts, Path out, Progress progress, StopSignal stop) {
        if (objective.hasReference() != (reference != null)) {
            throw new IllegalArgumentException(
                    "beta is " + objective.beta() + (reference == null ? ", without" : ", with") + " a reference");
        }
        if (recipe.context() > model.config().maxPositionEmbeddings()) {
            throw new IllegalArgumentException("a context of " + recipe.context() + " is longer than the model's of "
                    + model.config().maxPositionEmbeddings());
        }
        var rollouts = new Rollouts(prompts.train(), prompts.tokenizer(), prompts.ends(), rewards);
        @Nullable
        HeldOutPrompts heldOut = prompts.heldOut().isEmpty()
                ? null
                : new HeldOutPrompts(
                        new Rollouts(prompts.heldOut(), prompts.tokenizer(), prompts.ends(), rewards),
                        recipe.batch() * drawing.group(),
                        drawing.sampling().maxNewTokens());
        double temperature = drawing.sampling().temperature();
        var task = new GrpoTask(model, objective, temperature, new GrpoFigures(rewards.names()), heldOut);
        var batches = new RolloutBatches(model, reference, this, rollouts, new CompletionsFile(out));
        return recipe.run(task, model.params(), batches, out, progress, stop);
    }

    /// {@return the settings in words, for `run.json`}
    public Map<String, String> describe() {
        Map<String, String> words = new TreeMap<>(recipe.describe());
        words.put("rewards", rewards.parts().toString());
        words.put("objective", objective.toString());
        words.put("drawing", drawing.toString());
        return words;
    }
}
