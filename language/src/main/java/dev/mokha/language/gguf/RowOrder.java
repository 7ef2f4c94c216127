package dev.mokha.language.gguf;

/// Which row of a stored matrix is which row of the checkpoint's.
///
/// llama.cpp's `llama` files keep the two numbers of a head that turn together side by side, where checkpoints
/// have them half a head apart. Only rows change places, so a quantised matrix stays as it is.
///
/// @param headDim the width of the heads whose rows are interleaved; 0 for rows as the checkpoint has them
public record RowOrder(int headDim) {
    private static final RowOrder AS_STORED = new RowOrder(0);

    public RowOrder {
        if (headDim < 0 || headDim % 2 != 0) {
            throw new IllegalArgumentException("heads are of an even width, not " + headDim);
        }
    }

    /// Rows as the checkpoint has them.
    public static RowOrder asStored() {
        return AS_STORED;
    }

    /// {@return whether rows are where the checkpoint has them}
    public boolean isAsStored() {
        return headDim == 0;
    }

    /// {@return the stored row that is row `row` of the checkpoint: of a head's, `j headDim / 2 + i` is
    /// at `2 i + j`}
    public long stored(long row) {
        if (headDim == 0) {
            return row;
        }
        long inHead = row % headDim;
        int half = headDim / 2;
        return row - inHead + 2 * (inHead % half) + inHead / half;
    }

    /// {@return the row of the checkpoint that is stored as row `stored`}
    public long checkpoint(long stored) {
        if (headDim == 0) {
            return stored;
        }
        long inHead = stored % headDim;
        return stored - inHead + inHead / 2 + inHead % 2 * (headDim / 2);
    }
}
