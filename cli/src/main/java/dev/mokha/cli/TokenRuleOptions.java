package dev.mokha.cli;

import dev.mokha.language.generate.Sampling;
import dev.mokha.language.generate.TokenRules;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/// What is wished of single tokens.
final class TokenRuleOptions {
    @Option(names = "--logit-bias", paramLabel = "ID=BIAS", description = "Added to a token's logit. Repeatable.")
    private Map<Integer, Double> bias = Map.of();

    @Option(names = "--allow-id", paramLabel = "ID", description = "Only such tokens can come. Repeat for several.")
    private Set<Integer> allowed = Set.of();

    @Option(
            names = "--ban",
            paramLabel = "TEXT",
            description = "Words that never come, as they are tokenized behind a space and at a beginning. Repeatable.")
    private List<String> banned = List.of();

    Sampling on(Sampling sampling, Tokenizer tokenizer) {
        List<List<Integer>> sequences = banned.stream()
                .flatMap(text -> List.of(text, " " + text).stream())
                .map(text ->
                        Arrays.stream(tokenizer.encodeIds(text, false)).boxed().toList())
                .filter(ids -> !ids.isEmpty())
                .distinct()
                .toList();
        return sampling.withRules(new TokenRules(bias, allowed, sequences));
    }
}
