package dev.mokha.text.tokenizer.model;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/// Merges kept as pairs of ids: 8 bytes each, where two texts of their own take a hundred.
final class MergeList extends AbstractList<Merge> implements RandomAccess {
    private final Vocab vocab;
    private final int[] lefts;
    private final int[] rights;

    /// @param lefts of each merge, an id of the vocabulary
    /// @param rights as many
    MergeList(Vocab vocab, int[] lefts, int[] rights) {
        this.vocab = vocab;
        this.lefts = lefts;
        this.rights = rights;
    }

    @Override
    public Merge get(int rank) {
        return new Merge(piece(lefts[rank]), piece(rights[rank]));
    }

    private String piece(int id) {
        return Objects.requireNonNull(vocab.piece(id));
    }

    @Override
    public int size() {
        return lefts.length;
    }
}
