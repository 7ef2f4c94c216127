package dev.mokha.language.generate;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What is wished of single tokens.
///
/// @param bias added to the logits of these ids
/// @param allowed only these ids can come; empty for all
/// @param banned sequences of ids that never come; of a longer one the last token, when the others stand
///     before it. The prompt counts among what stands before
public record TokenRules(Map<Integer, Double> bias, Set<Integer> allowed, List<List<Integer>> banned) {
    public TokenRules {
        bias = Map.copyOf(bias);
        allowed = Set.copyOf(allowed);
        banned = banned.stream().map(List::copyOf).toList();
        bias.forEach((id, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(
                        "the logit bias of token " + id + " is finite, not " + value + "; a banned token never comes");
            }
        });
        if (banned.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a banned sequence without tokens would ban everything");
        }
        Stream.of(bias.keySet(), allowed, banned.stream().flatMap(List::stream).toList())
                .flatMap(Collection::stream)
                .filter(id -> id < 0)
                .findAny()
                .ifPresent(id -> {
                    throw new IllegalArgumentException("a rule names the token " + id + "; ids are at least 0");
                });
    }

    /// No wishes.
    public static TokenRules none() {
        return new TokenRules(Map.of(), Set.of(), List.of());
    }

    /// {@return with these added to the logits, in place of what was}
    public TokenRules withBias(Map<Integer, Double> bias) {
        return new TokenRules(new HashMap<>(bias), allowed, banned);
    }

    /// {@return with only these tokens}
    public TokenRules withAllowed(Set<Integer> allowed) {
        return new TokenRules(bias, allowed, banned);
    }

    /// {@return without these sequences}
    public TokenRules withBanned(List<List<Integer>> banned) {
        return new TokenRules(bias, allowed, banned);
    }
}
