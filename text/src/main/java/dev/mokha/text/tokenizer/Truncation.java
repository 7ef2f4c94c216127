package dev.mokha.text.tokenizer;

/// How an encoding that is too long is cut.
///
/// @param maxLength the most tokens, special ones included
/// @param stride how many tokens an overflowing part repeats of the one before it
public record Truncation(Side direction, int maxLength, Strategy strategy, int stride) {
    /// Checks the numbers.
    public Truncation {
        if (maxLength < 0 || stride < 0) {
            throw new IllegalArgumentException(
                    "truncation has max_length " + maxLength + " and stride " + stride + "; neither may be negative");
        }
    }

    /// At most so many tokens, cut at the end of the longer text.
    public static Truncation to(int maxLength) {
        return new Truncation(Side.RIGHT, maxLength, Strategy.LONGEST_FIRST, 0);
    }

    /// Which of two texts is cut.
    public enum Strategy {
        /// The longer one first.
        LONGEST_FIRST,
        /// Only the first.
        ONLY_FIRST,
        /// Only the second.
        ONLY_SECOND
    }
}
