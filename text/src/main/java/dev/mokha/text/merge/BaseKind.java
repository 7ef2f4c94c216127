package dev.mokha.text.merge;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Bpe;

/// How the pieces of a BPE tokenizer are spelt.
public enum BaseKind {
    /// In characters, a space as `▁`, other characters as byte pieces: Llama 1 and 2, Mistral 7B, Gemma.
    SENTENCE_PIECE,
    /// In the 256 visible characters that stand for bytes: GPT-2, Llama 3, Qwen.
    BYTE_LEVEL;

    /// @throws IllegalArgumentException when the tokenizer is of neither kind
    public static BaseKind of(Tokenizer tokenizer) {
        Bpe bpe = bpe(tokenizer);
        if (!bpe.options().byteFallback() && hasAllBytes(bpe)) {
            return BYTE_LEVEL;
        }
        if (bpe.vocab().id("\u2581") >= 0) {
            return SENTENCE_PIECE;
        }
        throw new IllegalArgumentException("the base tokenizer has neither the 256 byte-level characters nor the space"
                + " mark U+2581: pieces can be merged into a byte-level or a SentencePiece-style BPE tokenizer");
    }

    static Bpe bpe(Tokenizer tokenizer) {
        if (tokenizer.model() instanceof Bpe bpe) {
            return bpe;
        }
        throw new IllegalArgumentException("pieces can be merged into a BPE tokenizer only, but the base's model is "
                + tokenizer.model().getClass().getSimpleName());
    }

    private static boolean hasAllBytes(Bpe bpe) {
        for (int b = 0; b < 256; b++) {
            if (bpe.vocab().id(String.valueOf(Alphabet.of(b))) < 0) {
                return false;
            }
        }
        return true;
    }
}
