package dev.mokha.text.tokenizer.model;

/// A word is a piece, or the unknown token.
public record WordLevel(Vocab vocab, String unkToken) implements Model {
    @Override
    public void tokenize(char[] text, int from, int to, Buffers buffers, Pieces out) {
        int id = vocab.id(new String(text, from, to - from));
        if (id < 0) {
            id = vocab.id(unkToken);
        }
        if (id < 0) {
            throw new IllegalArgumentException("the text holds a word outside the vocabulary, and the unknown token \""
                    + unkToken + "\" is not in it either");
        }
        out.add(id, from, to);
    }
}
