package dev.mokha.text.chat;

import java.util.List;

/// A conversation as text.
///
/// @param text what the model reads; special tokens are written out, so encode it without adding them again
/// @param assistant where the assistant's own text lies in it, in order: what a response-only loss counts
public record RenderedChat(String text, List<Span> assistant) {
    /// UTF-16 units of the text from `start` up to, but not including, `end`.
    public record Span(int start, int end) {
        public Span {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("no span from " + start + " to " + end);
            }
        }
    }

    public RenderedChat {
        assistant = List.copyOf(assistant);
        int last = 0;
        for (Span span : assistant) {
            if (span.start() < last || span.end() > text.length()) {
                throw new IllegalArgumentException("the spans " + assistant + " do not lie in order in a text of "
                        + text.length() + " characters");
            }
            last = span.end();
        }
    }
}
