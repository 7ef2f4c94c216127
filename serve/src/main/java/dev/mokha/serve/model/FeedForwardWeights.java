package dev.mokha.serve.model;

import dev.mokha.serve.kernel.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The weights of what stands behind a layer's attention.
sealed interface FeedForwardWeights {
    /// Of one block, `down(silu(gate x) · up x)`. Biases are null where the family has none.
    record Gated(
            PackedMatrix gate,
            PackedMatrix up,
            PackedMatrix down,
            @Nullable MemorySegment gateBias,
            @Nullable MemorySegment upBias,
            @Nullable MemorySegment downBias)
            implements FeedForwardWeights {
        /// {@return the width inside}
        int inner() {
            return gate.outputs();
        }
    }

    /// Of many blocks, of which each row passes a few.
    ///
    /// @param router float32 `[experts, hidden]`; one row more, the last, is the gate of the shared expert
    /// @param shared the one that every row passes; null for none
    record Mixture(
            PackedMatrix router,
            List<Gated> experts,
            @Nullable Gated shared) implements FeedForwardWeights {
        public Mixture {
            experts = List.copyOf(experts);
        }
    }
}
