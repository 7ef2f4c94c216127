package dev.mokha.language.align;

import java.util.List;

/// What was read of a file.
///
/// @param examples what can be learned from
/// @param skipped why rows were left out, a line each: answers that are the same or empty, conversations that
///     differ before their last answers
public record Read<T>(List<T> examples, List<String> skipped) {
    public Read {
        examples = List.copyOf(examples);
        skipped = List.copyOf(skipped);
    }
}
