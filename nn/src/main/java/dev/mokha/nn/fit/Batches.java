package dev.mokha.nn.fit;

/// An endless source of batches that can say where it stands and go back there. Begins anew, in another order if it
/// likes, when its data are used up. Equal positions give equal batches from there on.
///
/// @param <B> a batch of examples
public interface Batches<B> {
    /// {@return the next batch. Tensors made here belong to the training step's scope}
    B next();

    /// {@return where the source stands, in its own words: part of every checkpoint}
    String position();

    /// Continues from a position that this source, or an equal one, gave.
    ///
    /// @throws IllegalArgumentException when the position is not one of this source's
    void restore(String position);

    /// {@return the number of batches in one pass over the data, 0 when the source does not know}
    default long perEpoch() {
        return 0;
    }
}
