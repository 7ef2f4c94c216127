package dev.mokha.serve.model;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.LowRank;
import dev.mokha.serve.adapter.Site;
import dev.mokha.serve.kernel.Activations.Product;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adds what adapters add, `y += s · B (A x)`, to the products of a pass: for the rows of each adapter that
/// one's matrices, for rows without an adapter nothing. All rows have been multiplied with the base model's
/// weights before, in one go.
///
/// Chen et al. 2023, [Punica](https://arxiv.org/abs/2310.18547), §4: gathered matrices for segments of rows;
/// as in [Sheng et al. 2023](https://arxiv.org/abs/2311.03285) ranks may differ. Computed in float32 whatever
/// the [dev.mokha.serve.kernel.Arithmetic], and a row's numbers do not depend on other rows.
final class AdapterProducts implements AutoCloseable {
    /// As many as the kernels take at a time.
    private static final int CHUNK = 16;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final Kernels kernels;
    private final Team team;
    private final GrowingBuffer tiles = new GrowingBuffer();
    private final GrowingBuffer narrow = new GrowingBuffer();
    private final GrowingBuffer scaled = new GrowingBuffer();
    private final List<Chunk> chunks = new ArrayList<>();
    private int rows;

    AdapterProducts(Kernels kernels, Team team) {
        this.kernels = kernels;
        this.team = team;
    }

    /// Rows that follow each other and have the same adapter.
    private record Chunk(Adapter adapter, int row, int count) {}

    /// A chunk's work at one site.
    private record Part(Chunk chunk, LowRank lowRank) {}

    /// Takes the rows of a pass.
    void take(StepRows step) {
        chunks.clear();
        int row = 0;
        for (StepRows.Slice slice : step.slices()) {
            for (int left = slice.tokens().length; left > 0; ) {
                int count = slice.adapter() == null ? left : join(slice.adapter(), row, left);
                row += count;
                left -= count;
            }
        }
        rows = row;
    }

    /// {@return how many rows the newest chunk took}
    private int join(Adapter adapter, int row, int left) {
        @Nullable Chunk last = chunks.isEmpty() ? null : chunks.getLast();
        if (last != null && last.adapter == adapter && last.row + last.count == row && last.count < CHUNK) {
            int count = Math.min(left, CHUNK - last.count);
            chunks.set(chunks.size() - 1, new Chunk(adapter, last.row, last.count + count));
            return count;
        }
        int count = Math.min(left, CHUNK);
        chunks.add(new Chunk(adapter, row, count));
        return count;
    }

    /// Adds what adapters add at a site.
    ///
    /// @param x the input, its first row
    /// @param stride floats from a row of `x` to the next
    /// @param products with the base model's weights, as they were computed
    void add(int layer, Site site, MemorySegment x, long stride, List<Product> products) {
        List<Part> parts = new ArrayList<>();
        for (Chunk chunk : chunks) {
            @Nullable LowRank lowRank = chunk.adapter.at(layer, site);
            if (lowRank != null) {
                parts.add(new Part(chunk, lowRank));
            }
        }
        if (!parts.isEmpty()) {
            int width = parts.stream()
                            .mapToInt(part -> part.lowRank.down().panels())
                            .max()
                            .getAsInt()
                    * WeightType.PANEL;
            MemorySegment low = narrow.atLeast(4L * rows * width);
            down(parts, x, stride, low, width);
            up(parts, low, width, products);
        }
    }

    /// {@return what adapters add inside a layer's feed-forward}
    ///
    /// @param x its input, `[rows][hidden]`
    FeedForward feedForward(int layer, MemorySegment x) {
        return new FeedForward(layer, x);
    }

    /// A layer's feed-forward.
    final class FeedForward {
        private final int layer;
        private final MemorySegment x;

        private FeedForward(int layer, MemorySegment x) {
            this.layer = layer;
            this.x = x;
        }

        /// Adds to the products of gate and up.
        void in(List<Product> products) {
            add(layer, Site.FEED_FORWARD_INPUT, x, products.getFirst().weights().inputs(), products);
        }

        /// Adds to the product of down.
        ///
        /// @param inner its input
        void out(MemorySegment inner, long stride, Product product) {
            add(layer, Site.FEED_FORWARD_OUTPUT, inner, stride, List.of(product));
        }
    }

    /// `A x`.
    private void down(List<Part> parts, MemorySegment x, long stride, MemorySegment low, int width) {
        int inputs = parts.getFirst().lowRank.down().inputs();
        MemorySegment tiled = tiles.atLeast(4L * rows * inputs);
        List<Part> several = parts.stream().filter(part -> part.chunk.count > 1).toList();
        team.run(several.size(), (i, _) -> {
            Chunk chunk = several.get(i).chunk;
            kernels.tileFloat(
                    row(x, chunk.row, stride),
                    stride,
                    chunk.count,
                    inputs,
                    0,
                    chunk.count,
                    row(tiled, chunk.row, inputs));
        });
        int most = width / WeightType.PANEL;
        team.run(parts.size() * most, (i, _) -> {
            Chunk chunk = parts.get(i / most).chunk;
            LowRank lowRank = parts.get(i / most).lowRank;
            int panel = i % most;
            if (panel < lowRank.down().panels()) {
                // One row is a tile as it is.
                MemorySegment from = chunk.count > 1 ? row(tiled, chunk.row, inputs) : row(x, chunk.row, stride);
                kernels.productFloat(
                        lowRank.down(), panel, panel + 1, chunk.count, from, row(low, chunk.row, width), width, false);
            }
        });
    }

    /// A chunk's product with one `B`, or with some of its panels.
    private record UpPart(Part part, LowRank.Up up, int from, int to) {}

    /// `+= s · B` times that.
    private void up(List<Part> parts, MemorySegment low, int width, List<Product> products) {
        int pieces = parts.stream().mapToInt(part -> part.lowRank.ups().size()).sum();
        int cuts = Math.max(1, 8 * team.threads() / pieces);
        List<UpPart> work = new ArrayList<>();
        for (Part part : parts) {
            for (LowRank.Up up : part.lowRank.ups()) {
                int panels = up.matrix().panels();
                int step = (panels + cuts - 1) / cuts;
                for (int from = 0; from < panels; from += step) {
                    work.add(new UpPart(part, up, from, Math.min(panels, from + step)));
                }
            }
        }
        long room = 4L * CHUNK * width;
        MemorySegment scratch = scaled.atLeast(room * team.threads());
        team.run(work.size(), (i, thread) -> {
            UpPart one = work.get(i);
            Chunk chunk = one.part.chunk;
            Product product = products.get(one.up.projection());
            MemorySegment mine = scratch.asSlice(room * thread, room);
            scale(one, row(low, chunk.row, width), width, mine);
            kernels.productFloat(
                    one.up.matrix(),
                    one.from,
                    one.to,
                    chunk.count,
                    mine,
                    row(product.out(), chunk.row, product.stride()),
                    product.stride(),
                    true);
        });
    }

    /// The rows of `s · A x` of one projection, in tiles.
    private static void scale(UpPart work, MemorySegment low, int width, MemorySegment out) {
        float scale = work.part.chunk.adapter.scale();
        int count = work.part.chunk.count;
        int rank = work.up.matrix().inputs();
        for (int m = 0; m < count; ) {
            int tile = Kernels.tileRows(count - m);
            for (int i = 0; i < tile; i++) {
                for (int k = 0; k < rank; k++) {
                    float value = low.get(FLOAT, 4L * ((m + i) * width + work.up.column() + k));
                    out.set(FLOAT, 4L * (m * rank + k * tile + i), scale * value);
                }
            }
            m += tile;
        }
    }

    private static MemorySegment row(MemorySegment rows, int row, long stride) {
        return rows.asSlice(4L * row * stride);
    }

    @Override
    public void close() {
        tiles.close();
        narrow.close();
        scaled.close();
    }
}
