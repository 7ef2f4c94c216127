package dev.mokha.text.merge;

import java.util.List;

/// A piece that a merge added.
///
/// @param id in the merged tokenizer
/// @param piece as the vocabulary spells it: `▁كتاب`, or in the byte-level alphabet
/// @param baseIds what the base model makes of the same piece, with nothing put before it: the rows to average for
///     its embedding
/// @param intermediate whether it was not learned, but is needed to build one that was
public record AddedPiece(int id, String piece, List<Integer> baseIds, boolean intermediate) {
    public AddedPiece {
        baseIds = List.copyOf(baseIds);
        if (baseIds.isEmpty()) {
            throw new IllegalArgumentException("piece " + id + " '" + piece + "' has no base ids");
        }
    }
}
