package dev.mokha.language.generate;

import java.util.List;

/// Don't repeat yourself: makes a token that would lengthen a repetition of what stands before less likely, the
/// more so the longer it is ([Weidmann 2024](https://github.com/oobabooga/text-generation-webui/pull/5677)).
///
/// When the last `n` tokens have stood before token `v` already, with `n` at least `allowedLength` and as
/// large as any place gives, the logit of `v` loses `multiplier · base^(n − allowedLength)`. The last tokens
/// are counted back to the latest breaker, and a breaker of one token is never made less likely.
///
/// @param multiplier 0 for no penalty
/// @param base at least 1
/// @param allowedLength how long a repetition may be before it costs
/// @param window only the last so many tokens of prompt and answer are looked at; 0 for all
/// @param breakers sequences of ids over which no repetition reaches, such as line breaks; see [DryBreakers]
public record Dry(double multiplier, double base, int allowedLength, int window, List<List<Integer>> breakers) {
    public Dry {
        if (!(multiplier >= 0) || Double.isInfinite(multiplier)) {
            throw new IllegalArgumentException(
                    "the multiplier of DRY must be finite and at least 0, was " + multiplier);
        }
        if (!(base >= 1) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("the base of DRY must be finite and at least 1, was " + base);
        }
        if (allowedLength < 1 || window < 0) {
            throw new IllegalArgumentException("DRY needs an allowed length of at least 1 and a window of at least 0,"
                    + " not " + allowedLength + " and " + window);
        }
        breakers = breakers.stream().map(List::copyOf).toList();
        if (breakers.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("a breaker of DRY without tokens would stand everywhere");
        }
    }

    /// No penalty.
    public static Dry none() {
        return of(0);
    }

    /// With the base 1.75 and the allowed length 2 that its author recommends, and no breakers.
    public static Dry of(double multiplier) {
        return new Dry(multiplier, 1.75, 2, 0, List.of());
    }

    /// {@return the same with breakers}
    public Dry withBreakers(List<List<Integer>> breakers) {
        return new Dry(multiplier, base, allowedLength, window, breakers);
    }

    boolean idle() {
        return multiplier == 0;
    }
}
