package dev.mokha.language.embed;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How the vectors of a text's tokens become one.
public enum Pooling {
    /// The mean of all tokens of the last layer, special ones included, as in
    /// [Reimers and Gurevych 2019](https://arxiv.org/abs/1908.10084).
    MEAN,
    /// The first token of the last layer.
    CLS,
    /// The largest value of each dimension among the tokens of the last layer.
    MAX,
    /// BERT's pooler: a dense layer and tanh over the first token.
    POOLER,
    /// The mean over tokens of the sum of the last four layers
    /// ([Devlin et al. 2019, Table 7](https://arxiv.org/abs/1810.04805)).
    LAST_FOUR_SUM,
    /// The mean over tokens of the last four layers side by side, the last one first: four times as wide.
    LAST_FOUR_CONCAT;

    /// {@return the name on command lines and in messages, such as `last-four-sum`}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return the pooling of this name, if there is one}
    public static Optional<Pooling> of(String label) {
        return Arrays.stream(values())
                .filter(pooling -> pooling.label().equals(label))
                .findFirst();
    }
}
