package dev.mokha.text.train;

/// Cuts a document into the words inside which pieces may form. No piece ever crosses a word's edge.
///
/// Called from several threads at once: hold no state.
@FunctionalInterface
public interface WordSplitter {
    void split(String document, WordSink sink);

    /// Takes the words of a document, in any order.
    @FunctionalInterface
    interface WordSink {
        /// The word is `text[start, end)`; it is only looked at during the call.
        void word(CharSequence text, int start, int end);
    }
}
