package dev.mokha.language.generate;

import dev.mokha.language.corpus.SplitMix;
import dev.mokha.language.folder.GenerationConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the next token is chosen and when to end. Begin with [#greedy] or [#random] and change what differs.
///
/// The order: penalties and DRY, logit bias, masks (allowed and banned tokens, a grammar), then the stages of
/// the chain, by default temperature, top-n-sigma, top-k, top-p, min-p, typical, XTC, then the draw.
///
/// @param ending when to end
/// @param chain from logits to the draw
/// @param penalties makes what has been said less likely
/// @param dry makes the continuation of a repetition less likely
/// @param rules what is wished of single tokens
/// @param report which log probabilities to report
/// @param seed equal seeds give equal answers, on one machine and number of threads
public record Sampling(
        Ending ending, Chain chain, Penalties penalties, Dry dry, TokenRules rules, Report report, long seed) {

    /// The likeliest token at every step.
    public static Sampling greedy(int maxNewTokens) {
        return random(maxNewTokens, 0, 0);
    }

    /// A draw from the model's own probabilities.
    public static Sampling random(int maxNewTokens, double temperature, long seed) {
        return new Sampling(
                Ending.after(maxNewTokens),
                Chain.of(new Stage.Temperature(temperature)),
                Penalties.none(),
                Dry.none(),
                TokenRules.none(),
                Report.none(),
                seed);
    }

    /// What a folder's `generation_config.json` says; `maxNewTokens` where it does not.
    public static Sampling of(GenerationConfig config, int maxNewTokens) {
        int length = config.maxNewTokens() == null ? maxNewTokens : config.maxNewTokens();
        if (!config.doSample()) {
            return greedy(length).withRepetitionPenalty(orElse(config.repetitionPenalty(), 1));
        }
        return random(length, orElse(config.temperature(), 1), 0)
                .withTopK(config.topK() == null ? 50 : config.topK()) // transformers' own default
                .withTopP(orElse(config.topP(), 1))
                .withMinP(orElse(config.minP(), 0))
                .withRepetitionPenalty(orElse(config.repetitionPenalty(), 1));
    }

    private static double orElse(@Nullable Double value, double otherwise) {
        return value == null ? otherwise : value;
    }

    /// {@return the answer's longest length}
    public int maxNewTokens() {
        return ending.maxNewTokens();
    }

    /// {@return texts that end the answer}
    public List<String> stop() {
        return ending.texts();
    }

    /// {@return what divides the logits; 0 takes the likeliest token}
    public double temperature() {
        return chain.temperature();
    }

    /// {@return for the `index`-th of several answers to one prompt: the first has this seed, the others
    /// seeds that are a function of it and of their number, so that the first `n` of `m` answers are those of
    /// a request for `n`}
    public Sampling sample(int index) {
        return index == 0 ? this : withSeed(new SplitMix(seed, index).next());
    }

    /// {@return the same with another ending}
    public Sampling withEnding(Ending ending) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with another chain}
    public Sampling withChain(Chain chain) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with penalties}
    public Sampling withPenalties(Penalties penalties) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with a penalty on repetitions}
    public Sampling withDry(Dry dry) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with rules for single tokens}
    public Sampling withRules(TokenRules rules) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with another report}
    public Sampling withReport(Report report) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with another seed}
    public Sampling withSeed(long seed) {
        return new Sampling(ending, chain, penalties, dry, rules, report, seed);
    }

    /// {@return the same with a stage, at its place in the chain}
    public Sampling with(Stage stage) {
        return withChain(chain.with(stage));
    }

    /// {@return the same at another temperature}
    public Sampling withTemperature(double temperature) {
        return with(new Stage.Temperature(temperature));
    }

    /// {@return the same among the `topK` likeliest}
    public Sampling withTopK(int topK) {
        return with(new Stage.TopK(topK));
    }

    /// {@return the same among the likeliest that reach `topP`}
    public Sampling withTopP(double topP) {
        return with(new Stage.TopP(topP));
    }

    /// {@return the same among those with at least `minP` of the likeliest one's probability}
    public Sampling withMinP(double minP) {
        return with(new Stage.MinP(minP));
    }

    /// {@return the same with a repetition penalty}
    public Sampling withRepetitionPenalty(double repetition) {
        return withPenalties(
                new Penalties(repetition, penalties.presence(), penalties.frequency(), penalties.window()));
    }

    /// {@return the same with another longest length}
    public Sampling withMaxNewTokens(int max) {
        return withEnding(ending.withMaxNewTokens(max));
    }

    /// {@return the same with a shortest length}
    public Sampling withMinNewTokens(int min) {
        return withEnding(ending.withMinNewTokens(min));
    }

    /// {@return the same with texts that end the answer}
    public Sampling withStop(List<String> stop) {
        return withEnding(ending.withTexts(stop, ending.textKept()));
    }

    /// {@return the same, reporting the model's own log probabilities of the chosen token and the `count`
    /// likeliest of each step; nothing for 0}
    public Sampling withTopLogProbs(int count) {
        return withReport(count == 0 ? Report.none() : Report.ofModel(count));
    }
}
