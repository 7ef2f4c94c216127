package dev.mokha.serve.model;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.LowRank;
import dev.mokha.serve.adapter.Site;
import dev.mokha.serve.adapter.Spot;
import dev.mokha.serve.kernel.Activations.Product;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.WeightType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
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
    private @Nullable Adapter[] adapters = new @Nullable Adapter[0];
    private int rows;

    AdapterProducts(Kernels kernels, Team team) {
        this.kernels = kernels;
        this.team = team;
    }

    /// Rows that follow each other and have the same adapter.
    private record Chunk(Adapter adapter, int row, int count) {
        private boolean takes(Adapter other, int next) {
            return adapter == other && row + count == next && count < CHUNK;
        }
    }

    /// A chunk's work at one site.
    private record Part(Chunk chunk, LowRank lowRank) {}

    /// Where a product was written.
    ///
    /// @param rows from the first row of the input on
    /// @param stride floats from a row to the next
    record Output(MemorySegment rows, long stride) {}

    /// Takes the rows of a pass.
    void take(StepRows step) {
        rows = step.count();
        if (adapters.length < rows) {
            adapters = new Adapter[rows];
        }
        int row = 0;
        for (StepRows.Slice slice : step.slices()) {
            Arrays.fill(adapters, row, row + slice.tokens().length, slice.adapter());
            row += slice.tokens().length;
        }
        chunks.clear();
        chunks(chunks, 0, rows, at -> at);
    }

    /// Adds the chunks of some rows.
    ///
    /// @param rowOf of the pass
    private void chunks(List<Chunk> chunks, int from, int to, IntUnaryOperator rowOf) {
        int before = chunks.size();
        for (int at = from; at < to; at++) {
            @Nullable Adapter adapter = adapters[rowOf.applyAsInt(at)];
            if (adapter == null) {
                continue;
            }
            @Nullable Chunk last = chunks.size() == before ? null : chunks.getLast();
            if (last != null && last.takes(adapter, at)) {
                chunks.set(chunks.size() - 1, new Chunk(adapter, last.row, last.count + 1));
            } else {
                chunks.add(new Chunk(adapter, at, 1));
            }
        }
    }

    /// Adds what adapters add at a site.
    ///
    /// @param x the input, its first row
    /// @param stride floats from a row of `x` to the next
    /// @param products with the base model's weights, as they were computed
    void add(int layer, Site site, MemorySegment x, long stride, List<Product> products) {
        List<Part> parts = new ArrayList<>();
        parts(new Spot(layer, site, 0), chunks, parts);
        add(parts, rows, x, stride, outputs(products));
    }

    private static List<Output> outputs(List<Product> products) {
        return products.stream()
                .map(product -> new Output(product.out(), product.stride()))
                .toList();
    }

    private static void parts(Spot spot, List<Chunk> chunks, List<Part> parts) {
        for (Chunk chunk : chunks) {
            @Nullable LowRank lowRank = chunk.adapter.at(spot);
            if (lowRank != null) {
                parts.add(new Part(chunk, lowRank));
            }
        }
    }

    private void add(List<Part> parts, int rows, MemorySegment x, long stride, List<Output> outputs) {
        if (!parts.isEmpty()) {
            int width = parts.stream()
                            .mapToInt(part -> part.lowRank.down().panels())
                            .max()
                            .getAsInt()
                    * WeightType.PANEL;
            MemorySegment low = narrow.atLeast(4L * rows * width);
            down(parts, rows, x, stride, low, width);
            up(parts, low, width, outputs);
        }
    }

    /// {@return what adapters add inside a layer's feed-forward}
    ///
    /// @param x its input, `[rows][hidden]`
    FeedForward feedForward(int layer, MemorySegment x) {
        return new FeedForward(layer, x, Site.FEED_FORWARD_INPUT, Site.FEED_FORWARD_OUTPUT);
    }

    /// {@return what adapters add inside a layer's mixture of experts}
    Mixture mixture(int layer) {
        return new Mixture(layer);
    }

    /// A layer's feed-forward.
    final class FeedForward {
        private final int layer;
        private final MemorySegment x;
        private final Site in;
        private final Site out;

        private FeedForward(int layer, MemorySegment x, Site in, Site out) {
            this.layer = layer;
            this.x = x;
            this.in = in;
            this.out = out;
        }

        /// Adds to the products of gate and up.
        void in(List<Product> products) {
            add(layer, in, x, products.getFirst().weights().inputs(), products);
        }

        /// Adds to the product of down.
        ///
        /// @param inner its input
        void out(MemorySegment inner, long stride, Product product) {
            add(layer, out, inner, stride, List.of(product));
        }
    }

    /// A layer's mixture of experts: each expert's rows have that expert's matrices.
    final class Mixture {
        private final int layer;

        private Mixture(int layer) {
            this.layer = layer;
        }

        /// {@return what is added inside the expert that every row passes}
        ///
        /// @param x its input, `[rows][hidden]`
        FeedForward shared(MemorySegment x) {
            return new FeedForward(layer, x, Site.SHARED_INPUT, Site.SHARED_OUTPUT);
        }

        /// Adds to products of all experts' rows.
        ///
        /// @param routes which rows are at which places
        /// @param x the input at each place
        /// @param outputs at each place
        void add(Site site, Routes routes, MemorySegment x, long stride, List<Output> outputs) {
            if (chunks.isEmpty()) {
                return;
            }
            List<Part> parts = new ArrayList<>();
            for (int expert = 0; expert < routes.experts(); expert++) {
                List<Chunk> own = new ArrayList<>();
                chunks(own, routes.begin(expert), routes.begin(expert + 1), routes::row);
                parts(new Spot(layer, site, expert), own, parts);
            }
            AdapterProducts.this.add(parts, routes.places(), x, stride, outputs);
        }
    }

    /// `A x`.
    private void down(List<Part> parts, int rows, MemorySegment x, long stride, MemorySegment low, int width) {
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
    private void up(List<Part> parts, MemorySegment low, int width, List<Output> outputs) {
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
            Output output = outputs.get(one.up.projection());
            MemorySegment mine = scratch.asSlice(room * thread, room);
            scale(one, row(low, chunk.row, width), width, mine);
            kernels.productFloat(
                    one.up.matrix(),
                    one.from,
                    one.to,
                    chunk.count,
                    mine,
                    row(output.rows, chunk.row, output.stride),
                    output.stride,
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
