package dev.mokha.language.generate;

import java.util.List;
import java.util.Set;

/// When an answer ends. A model's own end-of-text ids are not here: the model knows them.
///
/// @param maxNewTokens the answer's longest length
/// @param minNewTokens neither an end-of-text id nor one of `ids` comes before so many
/// @param texts end the answer, also when they straddle tokens
/// @param ids end the answer, as end-of-text ids do
/// @param textKept whether the stop text that came is part of the answer's text
/// @param pastEndOfText whether end-of-text ids never come, as a load test needs it
public record Ending(
        int maxNewTokens,
        int minNewTokens,
        List<String> texts,
        Set<Integer> ids,
        boolean textKept,
        boolean pastEndOfText) {
    public Ending {
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("max new tokens must be at least 1, was " + maxNewTokens);
        }
        if (minNewTokens < 0 || minNewTokens > maxNewTokens) {
            throw new IllegalArgumentException(
                    "min new tokens lies in [0, max new tokens " + maxNewTokens + "], not " + minNewTokens);
        }
        texts = List.copyOf(texts);
        ids = Set.copyOf(ids);
        if (texts.contains("")) {
            throw new IllegalArgumentException("an empty stop text would end every answer before it begins");
        }
    }

    /// At the model's own end or this length.
    public static Ending after(int maxNewTokens) {
        return new Ending(maxNewTokens, 0, List.of(), Set.of(), false, false);
    }

    /// {@return the same with another longest length; a shortest one above it is lowered}
    public Ending withMaxNewTokens(int max) {
        return new Ending(max, Math.min(minNewTokens, max), texts, ids, textKept, pastEndOfText);
    }

    /// {@return the same with a shortest length}
    public Ending withMinNewTokens(int min) {
        return new Ending(maxNewTokens, min, texts, ids, textKept, pastEndOfText);
    }

    /// {@return the same with stop texts}
    /// @param kept whether the one that came is part of the answer's text
    public Ending withTexts(List<String> texts, boolean kept) {
        return new Ending(maxNewTokens, minNewTokens, texts, ids, kept, pastEndOfText);
    }

    /// {@return the same with ids that end the answer}
    public Ending withIds(Set<Integer> ids) {
        return new Ending(maxNewTokens, minNewTokens, texts, ids, textKept, pastEndOfText);
    }

    /// {@return the same without an end of text}
    public Ending withoutEndOfText() {
        return new Ending(maxNewTokens, minNewTokens, texts, ids, textKept, true);
    }
}
