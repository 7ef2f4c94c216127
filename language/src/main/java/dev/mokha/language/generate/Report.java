package dev.mokha.language.generate;

/// Which log probabilities a [Sampler] reports with each token.
///
/// @param of whose
/// @param top how many of the likeliest tokens, beside the chosen one
public record Report(Of of, int top) {
    /// Whose probabilities.
    public enum Of {
        /// None are reported.
        NOTHING,
        /// The model's own: softmax of the logits as they came, before penalties, rules, mask and chain.
        MODEL,
        /// Those of the draw: after penalties, rules, mask and chain; of a greedy choice 1.
        DRAW
    }

    public Report {
        if (top < 0) {
            throw new IllegalArgumentException("top log probabilities must be at least 0, was " + top);
        }
    }

    /// No log probabilities.
    public static Report none() {
        return new Report(Of.NOTHING, 0);
    }

    /// The model's own log probabilities of the chosen token and the `top` likeliest.
    public static Report ofModel(int top) {
        return new Report(Of.MODEL, top);
    }
}
