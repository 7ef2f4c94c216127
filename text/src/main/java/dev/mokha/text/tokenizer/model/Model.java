package dev.mokha.text.tokenizer.model;

/// What turns a word into pieces. Immutable and safe to share between threads.
public sealed interface Model permits Bpe, Unigram, WordPiece, WordLevel {
    /// {@return the pieces and their ids, without added tokens}
    Vocab vocab();

    /// Cuts characters `from` to `to` of `text`, one word, into pieces.
    ///
    /// @param buffers room to work in; one thread at a time
    /// @param out where the pieces go, with ranges counted as `text` is
    void tokenize(char[] text, int from, int to, Buffers buffers, Pieces out);
}
