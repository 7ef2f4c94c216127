package dev.mokha.text.tokenizer.model;

/// WordPiece, greedy longest match first: [Devlin et al. 2019](https://arxiv.org/abs/1810.04805), after
/// [Schuster and Nakajima 2012](https://research.google/pubs/pub37842/). A word with a part that no piece matches is
/// one unknown token, as is a word of too many characters.
public final class WordPiece implements Model {
    private final Vocab vocab;
    private final String unkToken;
    private final String prefix;
    private final int maxInputCharsPerWord;
    private final PieceTrie first;
    private final PieceTrie rest;
    private final int unkId;

    /// A model from its vocabulary.
    ///
    /// @param continuingSubwordPrefix what marks a piece that is not the first of its word: `##`
    public WordPiece(Vocab vocab, String unkToken, String continuingSubwordPrefix, int maxInputCharsPerWord) {
        if (maxInputCharsPerWord < 0) {
            throw new IllegalArgumentException("max_input_chars_per_word is " + maxInputCharsPerWord);
        }
        this.vocab = vocab;
        this.unkToken = unkToken;
        this.prefix = continuingSubwordPrefix;
        this.maxInputCharsPerWord = maxInputCharsPerWord;
        this.first = new PieceTrie(vocab, "");
        this.rest = continuingSubwordPrefix.isEmpty() ? first : new PieceTrie(vocab, continuingSubwordPrefix);
        this.unkId = vocab.id(unkToken);
    }

    /// A model with BERT's settings: `[UNK]`, `##`, words of at most 100 characters.
    public static WordPiece bert(Vocab vocab) {
        return new WordPiece(vocab, "[UNK]", "##", 100);
    }

    @Override
    public Vocab vocab() {
        return vocab;
    }

    /// {@return the piece for words that cannot be cut}
    public String unkToken() {
        return unkToken;
    }

    /// {@return what marks a piece that is not the first of its word}
    public String continuingSubwordPrefix() {
        return prefix;
    }

    /// {@return how many characters a word may have}
    public int maxInputCharsPerWord() {
        return maxInputCharsPerWord;
    }

    @Override
    public void tokenize(char[] text, int from, int to, Buffers buffers, Pieces out) {
        int chars = to - from;
        if (chars > maxInputCharsPerWord && Character.codePointCount(text, from, chars) > maxInputCharsPerWord) {
            unknown(from, to, out);
            return;
        }
        buffers.ensureSymbols(chars + 1);
        int count = 0;
        int at = from;
        while (at < to) {
            long match = (at == from ? first : rest).longest(text, at, to);
            if (match < 0) {
                unknown(from, to, out);
                return;
            }
            at = (int) (match >>> 32);
            buffers.symbols[count] = (int) match;
            buffers.ends[count++] = at;
        }
        int start = from;
        for (int i = 0; i < count; i++) {
            out.add(buffers.symbols[i], start, buffers.ends[i]);
            start = buffers.ends[i];
        }
    }

    private void unknown(int from, int to, Pieces out) {
        if (unkId < 0) {
            throw new IllegalArgumentException("the text holds a word that the vocabulary cannot spell, and the unknown"
                    + " token \"" + unkToken + "\" is not in it either");
        }
        out.add(unkId, from, to);
    }
}
