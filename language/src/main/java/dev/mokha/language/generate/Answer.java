package dev.mokha.language.generate;

import java.util.List;

/// What a model said.
///
/// @param text the answer, without a stop text and without special tokens
/// @param ids its tokens, the end-of-text token and those of a stop text included
/// @param promptTokens how many tokens the prompt had
/// @param end why it ended
/// @param choices for each token its log probability and its rivals, when these were asked for; else empty
public record Answer(String text, List<Integer> ids, int promptTokens, End end, List<Sampler.Choice> choices) {
    public Answer {
        ids = List.copyOf(ids);
        choices = List.copyOf(choices);
    }

    /// Why an answer ended.
    public enum End {
        /// The model ended the text.
        END_OF_TEXT,
        /// A stop text came.
        STOP_TEXT,
        /// A token came that the request names as an end.
        STOP_TOKEN,
        /// It was as long as asked for.
        LENGTH,
        /// The model's context was full.
        CONTEXT,
        /// The thread was interrupted, as by Ctrl-C.
        INTERRUPTED
    }
}
