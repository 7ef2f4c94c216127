package dev.mokha.language.task;

import org.jspecify.annotations.Nullable;

/// A text, or two of which something is asked together.
///
/// @param pair the second text; null where there is one only
public record TextExample(
        Place place, String text, @Nullable String pair, Label label) implements Example {}
