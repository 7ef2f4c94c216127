package dev.mokha.language.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a task measures, under the names of lm-evaluation-harness.
public enum Metric {
    /// The likeliest choice is right: `argmax log p(choice | context)`. Of a likelihood task: every token of
    /// the target is the likeliest one.
    ACC(true, Summary.MEAN),
    /// The likeliest choice a character is right: `argmax log p(choice | context) / characters(choice)`.
    ACC_NORM(true, Summary.MEAN),
    /// The likeliest choice a byte of UTF-8 is right.
    ACC_BYTES(true, Summary.MEAN),
    /// The choice that gains most by the context is right: `argmax log p(choice | context) − log p(choice)`.
    ACC_MUTUAL_INFO(true, Summary.MEAN),
    /// The squared distance of the choices' probabilities, made to sum to 1, from the right answer's 0s and 1.
    BRIER_SCORE(false, Summary.MEAN),
    /// The answer is the target. Of choices: every token of the right one is the likeliest.
    EXACT_MATCH(true, Summary.MEAN),
    /// The words that answer and target share, as SQuAD counts them, over a normalisation that its `language`
    /// names; the best over several targets. Mokha's own.
    TOKEN_F1(true, Summary.MEAN),
    /// `exp(−mean log p(target | context))`.
    PERPLEXITY(false, Summary.PERPLEXITY),
    /// `exp(−Σ log p / Σ words)`, over whole texts.
    WORD_PERPLEXITY(false, Summary.PERPLEXITY),
    /// `exp(−Σ log p / Σ bytes)`, over whole texts.
    BYTE_PERPLEXITY(false, Summary.PERPLEXITY),
    /// `−Σ log₂ p / Σ bytes`, over whole texts.
    BITS_PER_BYTE(false, Summary.BITS);

    /// How the examples' values become one.
    enum Summary {
        MEAN,
        PERPLEXITY,
        BITS;

        /// {@return the figure of these values, each counted by its weight}
        double of(double sum, double weight) {
            double mean = sum / weight;
            return switch (this) {
                case MEAN -> mean;
                case PERPLEXITY -> Math.exp(-mean);
                case BITS -> -mean / Math.log(2);
            };
        }
    }

    private final boolean higherIsBetter;
    private final Summary summary;

    Metric(boolean higherIsBetter, Summary summary) {
        this.higherIsBetter = higherIsBetter;
        this.summary = summary;
    }

    /// {@return whether more is better}
    public boolean higherIsBetter() {
        return higherIsBetter;
    }

    /// {@return how the examples' values become one}
    Summary summary() {
        return summary;
    }

    /// {@return what the harness calls the way in which the examples' values become one}
    Set<String> aggregations() {
        return switch (summary) {
            case MEAN -> Set.of("mean");
            case PERPLEXITY -> Set.of(this == PERPLEXITY ? "perplexity" : "weighted_perplexity");
            case BITS -> Set.of("bits_per_byte");
        };
    }

    /// {@return such as `acc_norm`}
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return the metric of a name}
    /// @throws IllegalArgumentException naming the metrics there are
    public static Metric of(String key) {
        return Arrays.stream(values())
                .filter(metric -> metric.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metric '" + key + "'; there are "
                        + List.of(values()).stream().map(Metric::key).toList()));
    }
}
