package dev.mokha.language.generate;

/// What makes tokens that have been said less likely.
///
/// @param repetition divides positive logits, and multiplies negative ones, of every token of prompt and answer
///     ([Keskar et al. 2019, §4.1](https://arxiv.org/abs/1909.05858)); 1 for none
/// @param presence taken off the logits of tokens that the answer has
/// @param frequency taken off the logits of the answer's tokens, once for each time they occur
/// @param window only the last so many tokens of prompt and answer count; 0 for all
public record Penalties(double repetition, double presence, double frequency, int window) {
    public Penalties {
        if (!(repetition > 0) || Double.isInfinite(repetition)) {
            throw new IllegalArgumentException("the repetition penalty must be positive, was " + repetition);
        }
        if (!Double.isFinite(presence) || !Double.isFinite(frequency)) {
            throw new IllegalArgumentException(
                    "presence and frequency penalties are finite, not " + presence + " and " + frequency);
        }
        if (window < 0) {
            throw new IllegalArgumentException("the window of the penalties is at least 0 (0 for all), not " + window);
        }
    }

    /// Over all tokens.
    public Penalties(double repetition, double presence, double frequency) {
        this(repetition, presence, frequency, 0);
    }

    /// No penalty.
    public static Penalties none() {
        return new Penalties(1, 0, 0);
    }

    /// {@return whether prompt and answer count}
    boolean ofAll() {
        return repetition != 1;
    }

    /// {@return whether the answer counts}
    boolean ofAnswer() {
        return presence != 0 || frequency != 0;
    }

    /// {@return the logit of a token}
    /// @param seen how often prompt and answer have it in the window
    /// @param answered how often the answer has it in the window
    float applied(float logit, int seen, int answered) {
        float value = logit;
        if (seen > 0 && ofAll()) {
            value = (float) (value > 0 ? value / repetition : value * repetition);
        }
        return answered > 0 && ofAnswer() ? value - (float) (presence + frequency * answered) : value;
    }
}
