package dev.mokha.serve.adapter;

import java.lang.foreign.Arena;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A low-rank adapter in memory: `y = W x + s · B (A x)`, [Hu et al. 2021](https://arxiv.org/abs/2106.09685),
/// with `W` the base model's, which all adapters share.
public final class Adapter implements AutoCloseable {
    private final Arena arena;
    private final int rank;
    private final float scale;
    private final Map<Spot, LowRank> spots;

    /// @param arena of all matrices
    Adapter(Arena arena, int rank, float scale, Map<Spot, LowRank> spots) {
        this.arena = arena;
        this.rank = rank;
        this.scale = scale;
        this.spots = Map.copyOf(spots);
    }

    /// {@return the rank of its products}
    public int rank() {
        return rank;
    }

    /// {@return the factor `s`}
    public float scale() {
        return scale;
    }

    /// {@return what it adds there; null for nothing}
    public @Nullable LowRank at(Spot spot) {
        return spots.get(spot);
    }

    /// {@return whether the matrices are in memory}
    public boolean isOpen() {
        return arena.scope().isAlive();
    }

    /// {@return what it adds at a site that a layer has once; null for nothing}
    public @Nullable LowRank at(int layer, Site site) {
        return at(new Spot(layer, site, 0));
    }

    /// Releases the matrices, which nobody may be using.
    @Override
    public void close() {
        if (isOpen()) {
            arena.close();
        }
    }
}
