package dev.mokha.language.question;

/// An answer that an annotator gave.
///
/// @param text the answer
/// @param start where it stands in the context, in UTF-16 units; [#NOWHERE] when it does not stand there
public record Gold(String text, int start) {
    /// The place of an answer that its context does not hold.
    public static final int NOWHERE = -1;

    public Gold {
        if (start < NOWHERE) {
            throw new IllegalArgumentException("an answer starts at 0 or later, or nowhere (-1), not at " + start);
        }
    }

    /// {@return whether the context holds it}
    public boolean placed() {
        return start != NOWHERE;
    }

    /// {@return the end of its place, exclusive}
    public int end() {
        return start + text.length();
    }
}
