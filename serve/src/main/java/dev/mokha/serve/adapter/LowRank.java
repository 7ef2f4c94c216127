package dev.mokha.serve.adapter;

import dev.mokha.serve.kernel.PackedMatrix;
import java.util.List;

/// What an adapter adds at one [Site] of a layer: `s · B (A x)` for each projection that it changes.
///
/// The matrices `A` stand one under another, as all of them read the same `x`. Ranks are filled up with zeros
/// to [PackedMatrix#FLOAT_STEP].
///
/// @param down all `A`, `[Σ rank, inputs]`
/// @param ups one for each changed projection
public record LowRank(PackedMatrix down, List<Up> ups) {
    public LowRank {
        ups = List.copyOf(ups);
    }

    /// One projection's.
    ///
    /// @param projection which of the site's, in the order of the decoder's products
    /// @param column where its part of `A x` begins
    /// @param matrix `B`, `[outputs, rank]`
    public record Up(int projection, int column, PackedMatrix matrix) {}
}
