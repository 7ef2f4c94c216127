package dev.mokha.text.train;

import dev.mokha.text.tokenizer.model.Merge;
import java.util.HashSet;
import java.util.List;

/// What BPE training gives: the pieces in the order of their ids, and the merges in the order learned.
///
/// @param pieces special tokens and single symbols included; a piece's place is its id
public record BpeVocabulary(List<String> pieces, List<Merge> merges) {
    public BpeVocabulary {
        pieces = List.copyOf(pieces);
        merges = List.copyOf(merges);
        var known = new HashSet<>(pieces);
        if (known.size() != pieces.size()) {
            throw new IllegalArgumentException("a piece appears twice among the " + pieces.size());
        }
    }

    public int size() {
        return pieces.size();
    }
}
