package dev.mokha.serve.draft;

/// Guesses what an answer's own sampler will choose: with its settings, its penalties, its constraint and its
/// random numbers, but from a draft's logits. The nearer those are to the model's, the more often the guess is
/// right, for random answers too, as both draw with the same number.
public interface Guesser {
    /// Guesses the next token; the next guess is for the place behind it, until [#forget].
    ///
    /// @param logits of every token; changed by this call
    /// @return the token; -1 where nothing follows
    int guess(float[] logits);

    /// Takes all guesses back.
    void forget();

    /// {@return whether the likeliest token is always chosen}
    boolean isGreedy();
}
