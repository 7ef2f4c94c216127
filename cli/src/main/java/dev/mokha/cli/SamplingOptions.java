package dev.mokha.cli;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a model's next token is chosen and when the answer ends; what is not given is as the model's
/// folder says.
final class SamplingOptions {
    @Option(names = "--max-new-tokens", defaultValue = "256", description = "Stop after this many tokens.")
    private int maxNewTokens;

    @Option(names = "--min-new-tokens", defaultValue = "0", description = "No end before this many tokens.")
    private int minNewTokens;

    @Option(names = "--stop", paramLabel = "TEXT", description = "Ends the answer. Repeat for several.")
    private List<String> stop = List.of();

    @Option(names = "--keep-stop", description = "The stop text that came is part of the answer.")
    private boolean keepStop;

    @Option(names = "--stop-id", paramLabel = "ID", description = "A token that ends the answer. Repeat for several.")
    private Set<Integer> stopIds = Set.of();

    @Option(names = "--ignore-eos", description = "The end of text never comes, as in a load test.")
    private boolean ignoreEos;

    @Mixin
    private ChainOptions chain;

    @Mixin
    private PenaltyOptions penalties;

    @Mixin
    private TokenRuleOptions rules;

    @Option(names = "--seed", defaultValue = "0", description = "Equal seeds give equal text.")
    private long seed;

    /// {@return the folder's way, with what was asked for}
    Sampling sampling(LanguageModel model) {
        var ending = new Ending(maxNewTokens, minNewTokens, stop, stopIds, keepStop, ignoreEos);
        Sampling sampling = model.defaults(maxNewTokens).withEnding(ending).withSeed(seed);
        sampling = penalties.on(sampling, model.tokenizer());
        return rules.on(sampling.withChain(chain.on(sampling.chain())), model.tokenizer());
    }
}
