package dev.mokha.language.adapt;

import dev.mokha.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the embedding rows of new pieces begin (ALLaM specification, §4 and §6).
public sealed interface NewRows {
    /// Normal draws with the mean and deviation of each column of the old table: the control.
    record Random() implements NewRows {}

    /// The mean of the rows of the base pieces that the new piece was written with before: ALLaM's choice,
    /// first in [Gee et al. 2022](https://arxiv.org/abs/2402.09977).
    record SubtokenMean() implements NewRows {}

    /// [SubtokenMean], plus normal noise. Pieces of a script that the base spells in bytes share most of
    /// their bytes, so their means nearly coincide; noise tells them apart.
    ///
    /// @param share the noise's deviation as a share of the old rows' mean deviation, above 0
    record NoisyMean(double share) implements NewRows {
        public NoisyMean {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("noise is a share in (0, 1] of the rows' deviation, not " + share);
            }
        }

        /// Two per cent.
        public NoisyMean() {
            this(0.02);
        }
    }

    /// Each new row is a sparse mixture of old rows,
    /// [Dobler & de Melo 2023](https://arxiv.org/abs/2305.14481): weights are the sparsemax of cosine
    /// similarities in an auxiliary space, trained on text of both languages in the merged vocabulary. Pieces
    /// the auxiliary text hardly has fall back to [SubtokenMean].
    ///
    /// @param space vectors of all pieces, old and new, `[rows, dim]`; a row of zeros has none
    record Focus(Tensor space) implements NewRows {}

    /// Each new row is a mixture of the rows of old pieces that stand for it in translations, as
    /// [WECHSEL](https://arxiv.org/abs/2112.06598) and [TokAlign](https://arxiv.org/abs/2506.03523) mix rows by
    /// what aligns, here by [PieceAlignment]. Pieces that the parallel text hardly has fall back to
    /// [SubtokenMean].
    ///
    /// @param mixes for each new piece, from the first; null, or beyond the end, for one without
    record Aligned(List<PieceAlignment.@Nullable Mix> mixes) implements NewRows {
        public Aligned {
            mixes = Collections.unmodifiableList(new ArrayList<>(mixes)); // List.copyOf refuses nulls
        }
    }
}
