package dev.mokha.text.merge;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.List;

/// A tokenizer with added pieces, and what is needed to give them embeddings.
///
/// @param tokenizer ids below `baseSize` mean what they meant
/// @param baseSize the base tokenizer's ids are `0` to `baseSize - 1`; the first added piece has the id `baseSize`
/// @param added in the order of their ids, without a gap
/// @param rows how many rows the embedding needs: ids, rounded up to the multiple asked for
/// @param counts what became of the learned pieces
public record MergedTokenizer(Tokenizer tokenizer, int baseSize, List<AddedPiece> added, int rows, Counts counts) {
    public MergedTokenizer {
        added = List.copyOf(added);
        for (int i = 0; i < added.size(); i++) {
            if (added.get(i).id() != baseSize + i) {
                throw new IllegalArgumentException("added piece " + i + " has the id "
                        + added.get(i).id() + "; it should follow the base's " + baseSize + " ids");
            }
        }
        if (rows < baseSize + added.size()) {
            throw new IllegalArgumentException(rows + " rows are too few for " + (baseSize + added.size()) + " ids");
        }
    }

    /// {@return the rows beyond the last id: copy the mean into them, and mask their logits}
    public int paddingRows() {
        return rows - baseSize - added.size();
    }

    /// What became of the learned pieces, in the order they were looked at until enough were added.
    ///
    /// @param learned pieces added that were learned
    /// @param intermediates pieces added because a learned one needs them on its way
    /// @param known passed over: the base has them, or they were added as an intermediate
    /// @param outOfScope passed over: they could occur in text of other languages
    public record Counts(int learned, int intermediates, int known, int outOfScope) {}
}
