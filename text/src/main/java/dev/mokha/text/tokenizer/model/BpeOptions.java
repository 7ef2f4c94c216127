package dev.mokha.text.tokenizer.model;

import org.jspecify.annotations.Nullable;

/// What a byte-pair model does at the edges; the names are those of `tokenizer.json`.
///
/// @param dropout kept when a file is read and written; encoding never drops a merge, so that equal text gives equal
/// ids
/// @param unkToken the piece for characters outside the vocabulary; without one they vanish
/// @param continuingSubwordPrefix put before each character but the first of a word
/// @param endOfWordSuffix put after the last character of a word
/// @param fuseUnk neighbouring unknown characters become one unknown token
/// @param byteFallback an unknown character becomes its UTF-8 bytes, as the pieces `<0x00>` to `<0xFF>`
/// @param ignoreMerges a word that is itself a piece becomes that piece, whatever the merges say
public record BpeOptions(
        @Nullable Double dropout,
        @Nullable String unkToken,
        @Nullable String continuingSubwordPrefix,
        @Nullable String endOfWordSuffix,
        boolean fuseUnk,
        boolean byteFallback,
        boolean ignoreMerges) {
    /// Checks the dropout.
    public BpeOptions {
        if (dropout != null && !(dropout >= 0 && dropout <= 1)) {
            throw new IllegalArgumentException("dropout is " + dropout + ", not a probability from 0 to 1");
        }
    }

    /// Byte-level models of the GPT-2 kind: every byte is a piece, so nothing is unknown.
    public static BpeOptions byteLevel() {
        return new BpeOptions(null, null, null, null, false, false, false);
    }

    /// SentencePiece-style models of the Llama-2 kind: unknown characters become bytes.
    public static BpeOptions sentencePiece(String unkToken) {
        return new BpeOptions(null, unkToken, null, null, true, true, false);
    }

    /// These options with `ignoreMerges` set so.
    public BpeOptions withIgnoreMerges(boolean value) {
        return new BpeOptions(
                dropout, unkToken, continuingSubwordPrefix, endOfWordSuffix, fuseUnk, byteFallback, value);
    }
}
