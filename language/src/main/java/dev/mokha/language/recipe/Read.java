package dev.mokha.language.recipe;

import java.util.ArrayList;
import java.util.List;

/// What was read of a file.
///
/// @param examples what can be learned from
/// @param skipped why rows were left out, a line each: answers that are the same or empty, conversations that
///     differ before their last answers
public record Read<T>(List<T> examples, List<String> skipped) {
    private static final int SHOWN = 3;

    public Read {
        examples = List.copyOf(examples);
        skipped = List.copyOf(skipped);
    }

    /// {@return what was left out, in a few lines}
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        skipped.stream().limit(SHOWN).forEach(line -> notes.add("left out " + line));
        if (skipped.size() > SHOWN) {
            notes.add("and " + (skipped.size() - SHOWN) + " more of that file");
        }
        return notes;
    }
}
