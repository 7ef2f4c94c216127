package dev.mokha.language.evaluate;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/// The exact sign test, which of marks is McNemar's ([1947](https://doi.org/10.1007/BF02295996)).
public final class SignTest {
    private SignTest() {}

    /// {@return how likely a split at least so uneven would be if both were equal; 1 where there is
    /// nothing to split}
    public static double p(int one, int other) {
        if (one == other) {
            return 1;
        }
        // Twice one side, as the distribution is symmetric: the library's own two-sided test compares rounded
        // probabilities, and takes 2 of 3 for rarer than 1 of 3.
        double less = BinomialTest.withDefaults()
                .with(AlternativeHypothesis.LESS_THAN)
                .test(one + other, Math.min(one, other), 0.5)
                .getPValue();
        return Math.min(1, 2 * less);
    }
}
