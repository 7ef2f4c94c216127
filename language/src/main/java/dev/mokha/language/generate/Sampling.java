package dev.mokha.language.generate;

import dev.mokha.language.folder.GenerationConfig;
import java.util.List;

/// How the next token is chosen and when to end. Begin with [#greedy] or [#random] and change what differs.
///
/// @param maxNewTokens the answer's longest length
/// @param minNewTokens no end-of-text token before so many
/// @param temperature divides the logits; 0 takes the likeliest token
/// @param topK only the so many likeliest can be drawn; 0 for all
/// @param topP only the likeliest that together reach this probability
///     ([Holtzman et al. 2019](https://arxiv.org/abs/1904.09751)); 1 for all
/// @param minP only those at least this share of the likeliest one's probability
///     ([Nguyen et al. 2024](https://arxiv.org/abs/2407.01082)); 0 for all
/// @param penalties makes what has been said less likely
/// @param stop texts that end the answer and are not part of it
/// @param seed equal seeds give equal answers, on one machine and number of threads
/// @param topLogProbs how many of the likeliest tokens to report at each step, beside the chosen one; 0 for none
public record Sampling(
        int maxNewTokens,
        int minNewTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        Penalties penalties,
        List<String> stop,
        long seed,
        int topLogProbs) {

    /// What makes tokens that have been said less likely.
    ///
    /// @param repetition divides positive logits, and multiplies negative ones, of every token of prompt and answer
    ///     ([Keskar et al. 2019, §4.1](https://arxiv.org/abs/1909.05858)); 1 for none
    /// @param presence taken off the logits of tokens that the answer has
    /// @param frequency taken off the logits of the answer's tokens, once for each time they occur
    public record Penalties(double repetition, double presence, double frequency) {
        public Penalties {
            if (!(repetition > 0)) {
                throw new IllegalArgumentException("the repetition penalty must be positive, was " + repetition);
            }
            if (!Double.isFinite(presence) || !Double.isFinite(frequency)) {
                throw new IllegalArgumentException(
                        "presence and frequency penalties are finite, not " + presence + " and " + frequency);
            }
        }

        /// No penalty.
        public static Penalties none() {
            return new Penalties(1, 0, 0);
        }
    }

    public Sampling {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("max new tokens must be at least 1, was " + maxNewTokens);
        }
        if (minNewTokens < 0 || minNewTokens > maxNewTokens) {
            throw new IllegalArgumentException(
                    "min new tokens lies in [0, max new tokens " + maxNewTokens + "], not " + minNewTokens);
        }
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException("the temperature must be finite and at least 0, was " + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top-k must be at least 0 (0 for all), was " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top-p lies in (0, 1], not " + topP);
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("min-p lies in [0, 1], not " + minP);
        }
        if (topLogProbs < 0) {
            throw new IllegalArgumentException("top log probabilities must be at least 0, was " + topLogProbs);
        }
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new IllegalArgumentException("an empty stop text would end every answer before it begins");
        }
    }

    /// The likeliest token at every step.
    public static Sampling greedy(int maxNewTokens) {
        return new Sampling(maxNewTokens, 0, 0, 0, 1, 0, Penalties.none(), List.of(), 0, 0);
    }

    /// A draw from the model's own probabilities.
    public static Sampling random(int maxNewTokens, double temperature, long seed) {
        return greedy(maxNewTokens).withTemperature(temperature).withSeed(seed);
    }

    /// What a folder's `generation_config.json` says; `maxNewTokens` where it does not.
    public static Sampling of(GenerationConfig config, int maxNewTokens) {
        int length = config.maxNewTokens() == null ? maxNewTokens : config.maxNewTokens();
        if (!config.doSample()) {
            return greedy(length).withRepetitionPenalty(orElse(config.repetitionPenalty(), 1));
        }
        return new Sampling(
                length,
                0,
                orElse(config.temperature(), 1),
                config.topK() == null ? 50 : config.topK(), // transformers' own default
                orElse(config.topP(), 1),
                orElse(config.minP(), 0),
                new Penalties(orElse(config.repetitionPenalty(), 1), 0, 0),
                List.of(),
                0,
                0);
    }

    private static double orElse(@org.jspecify.annotations.Nullable Double value, double otherwise) {
        return value == null ? otherwise : value;
    }

    /// {@return the same with another longest length}
    public Sampling withMaxNewTokens(int maxNewTokens) {
        return new Sampling(
                maxNewTokens,
                Math.min(minNewTokens, maxNewTokens),
                temperature,
                topK,
                topP,
                minP,
                penalties,
                stop,
                seed,
                topLogProbs);
    }

    /// {@return the same with a shortest length}
    public Sampling withMinNewTokens(int minNewTokens) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same at another temperature}
    public Sampling withTemperature(double temperature) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same among the `topK` likeliest}
    public Sampling withTopK(int topK) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same among the likeliest that reach `topP`}
    public Sampling withTopP(double topP) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same among those with at least `minP` of the likeliest one's probability}
    public Sampling withMinP(double minP) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same with penalties}
    public Sampling withPenalties(Penalties penalties) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same with a repetition penalty}
    public Sampling withRepetitionPenalty(double repetition) {
        return withPenalties(new Penalties(repetition, penalties.presence(), penalties.frequency()));
    }

    /// {@return the same with texts that end the answer}
    public Sampling withStop(List<String> stop) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same with another seed}
    public Sampling withSeed(long seed) {
        return new Sampling(
                maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, topLogProbs);
    }

    /// {@return the same, reporting the `count` likeliest tokens of each step}
    public Sampling withTopLogProbs(int count) {
        return new Sampling(maxNewTokens, minNewTokens, temperature, topK, topP, minP, penalties, stop, seed, count);
    }
}
