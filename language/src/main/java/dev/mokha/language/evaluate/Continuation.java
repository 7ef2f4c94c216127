package dev.mokha.language.evaluate;

import java.util.Arrays;

/// Tokens whose likelihood is asked for, and those that stand before them.
final class Continuation {
    private final int[] context;
    private final int[] tokens;

    /// @param context at least one token
    /// @param tokens at least one
    Continuation(int[] context, int[] tokens) {
        if (context.length == 0 || tokens.length == 0) {
            throw new IllegalArgumentException("a continuation has at least one token, and one before it");
        }
        this.context = context;
        this.tokens = tokens;
    }

    /// {@return what stands before; not to be written to}
    int[] context() {
        return context;
    }

    /// {@return what is asked for; not to be written to}
    int[] tokens() {
        return tokens;
    }

    /// {@return the same with as much of the context, from its end, as a model of this many positions can read}
    /// @throws EvaluationException when not even the continuation fits
    Continuation within(int positions) {
        int room = positions + 1 - tokens.length; // the last token is predicted, not read
        if (room < 1) {
            throw new EvaluationException("a continuation has " + tokens.length + " tokens, more than the model's "
                    + positions + " positions");
        }
        return context.length <= room
                ? this
                : new Continuation(Arrays.copyOfRange(context, context.length - room, context.length), tokens);
    }

    /// How likely a continuation is.
    ///
    /// @param logLikelihood the natural logarithm of its probability
    /// @param greedy whether each of its tokens is the likeliest one
    record Score(double logLikelihood, boolean greedy) {}
}
