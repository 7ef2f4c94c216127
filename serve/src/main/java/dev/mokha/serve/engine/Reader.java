package dev.mokha.serve.engine;

import dev.mokha.language.generate.Sampler;

/// Hears what becomes of a request. Called on the engine's thread, which must not be kept: who has more to do
/// hands it to a thread of its own.
public interface Reader {
    /// An answer goes on.
    ///
    /// @param answer which of the request's, from 0
    /// @param text what is certain now: whole characters, no part of a stop text; may be empty
    /// @param choice the token, with its log probability where that was asked for
    default void token(int answer, String text, Sampler.Choice choice) {}

    /// An answer is over.
    ///
    /// @param text what was held back until now
    default void end(int answer, String text, Finish finish) {}

    /// The request is over.
    default void done(Usage usage) {}

    /// The request will not be answered, or not to its end.
    default void failed(RuntimeException cause) {}

    /// Why an answer ended.
    enum Finish {
        /// The model ended it.
        END_OF_TEXT,
        /// A stop text or stop token came.
        STOP,
        /// It was as long as asked for, or the context was full.
        LENGTH,
        /// What it has to match is complete.
        COMPLETE
    }

    /// What a request took.
    ///
    /// @param promptTokens the prompt's
    /// @param cachedTokens of them, those that needed no computing
    /// @param newTokens of all answers
    /// @param queuedNanos from arrival to the first step
    /// @param firstTokenNanos from arrival to the first token; -1 where none came
    /// @param totalNanos from arrival to the end
    /// @param drafts how often tokens were drafted
    /// @param drafted tokens that were drafted
    /// @param accepted of them, those that were right
    record Usage(
            int promptTokens,
            int cachedTokens,
            int newTokens,
            long queuedNanos,
            long firstTokenNanos,
            long totalNanos,
            int drafts,
            int drafted,
            int accepted) {}
}
