package dev.mokha.serve.model;

import dev.mokha.serve.kernel.Activations;
import dev.mokha.serve.kernel.Activations.Product;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes a gated block for all rows of a step.
final class GatedFeedForward {
    private final RowWork work;
    private final Activations activations;
    private final MemorySegment gateUp;

    /// @param inner the widest inside
    GatedFeedForward(RowWork work, Activations activations, int maxRows, int inner, Arena arena) {
        this.work = work;
        this.activations = activations;
        this.gateUp = arena.allocate(8L * maxRows * inner, 64);
    }

    /// Computes the block of the rows that the activations hold.
    ///
    /// @param adapters that change the block; null for none
    /// @param decoding how many of the rows, the first, continue answers
    /// @param out `[count][hidden]`
    /// @param add whether to add to what is there
    void of(
            FeedForwardWeights.Gated weights,
            AdapterProducts.@Nullable FeedForward adapters,
            int count,
            int decoding,
            MemorySegment out,
            boolean add) {
        int inner = weights.inner();
        int hidden = weights.down().outputs();
        MemorySegment up = gateUp.asSlice(4L * inner);
        List<Product> in = List.of(
                new Product(weights.gate(), gateUp, 2L * inner, false),
                new Product(weights.up(), up, 2L * inner, false));
        activations.multiply(in);
        if (adapters != null) {
            adapters.in(in);
        }
        work.addBias(gateUp, 2L * inner, weights.gateBias(), count, inner);
        work.addBias(up, 2L * inner, weights.upBias(), count, inner);
        work.siluProduct(gateUp, count, inner);
        activations.take(gateUp, 2L * inner, count, decoding, inner);
        var down = new Product(weights.down(), out, hidden, add);
        activations.multiply(down);
        if (adapters != null) {
            adapters.out(gateUp, 2L * inner, down);
        }
        work.addBias(out, hidden, weights.downBias(), count, hidden);
    }
}
