package dev.mokha.text.chat.jinja;

import java.util.List;

/// What a template gave.
///
/// @param text the output
/// @param spans where `{% generation %}` blocks lie in it, in order
/// @param buffered whether a generation block stood inside a macro, a block set, a filter or a call, where its place in
///     the output cannot be known; `spans` is then incomplete
public record Rendered(String text, List<Span> spans, boolean buffered) {
    /// UTF-16 units from `start` up to, but not including, `end`.
    public record Span(int start, int end) {
        public Span {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("no span from " + start + " to " + end);
            }
        }
    }
}
