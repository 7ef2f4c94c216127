package dev.mokha.serve.engine;

/// A search for the likeliest answers, by so many beams.
///
/// @param width beams: answers that are followed at a time
/// @param lengthPenalty a finished answer's log probability is divided by its length to this power: above 0
///     longer answers gain, below 0 shorter ones do
/// @param ending when the search ends
public record Beams(int width, double lengthPenalty, Ending ending) {
    /// Beyond every use.
    private static final int WIDEST = 256;

    public Beams {
        if (width < 1 || width > WIDEST || !Double.isFinite(lengthPenalty)) {
            throw new IllegalArgumentException("a search has 1 to " + WIDEST
                    + " beams and a finite length penalty, not " + width + " and " + lengthPenalty);
        }
    }

    /// {@return a search as transformers has it where nothing else is said}
    public static Beams of(int width) {
        return new Beams(width, 1, Ending.ESTIMATED);
    }

    /// When a search ends, `early_stopping` of transformers.
    public enum Ending {
        /// As soon as there are as many answers as beams (`true`).
        FIRST,
        /// When the best beam, as long as it is now, would be worse than all answers (`false`).
        ESTIMATED,
        /// When no beam can become better than the answers (`"never"`).
        CERTAIN
    }
}
