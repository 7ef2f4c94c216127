package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.BfloatKernels;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.Team;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Causal attention of a pass's rows over the pages where their sequences' keys and values lie, cut into parts
/// for the threads.
final class PagedAttention implements AutoCloseable {
    private static final int ROWS_A_PART = 64;

    private final DecoderConfig config;
    private final Window window;
    private final Kernels kernels;
    private final @Nullable BfloatKernels bfloat;
    private final Team team;
    private final List<MemorySegment> scratch = new ArrayList<>();
    private final GrowingBuffer tables = new GrowingBuffer();

    /// @param window with sinks for rows that meet those with queries of their own, always in float32
    PagedAttention(
            DecoderConfig config, Window window, Kernels kernels, Team team, Arithmetic arithmetic, Arena arena) {
        this.window = window;
        this.config = config;
        this.kernels = kernels;
        this.bfloat = arithmetic == Arithmetic.EXACT || window.sinks() > 0 ? null : kernels.bfloat();
        this.team = team;
        for (int i = 0; i < team.threads() && bfloat != null; i++) {
            scratch.add(arena.allocate(BfloatKernels.attentionScratch(ROWS_A_PART, config.headDim(), group()), 64));
        }
    }

    private int group() {
        return config.numAttentionHeads() / config.numKeyValueHeads();
    }

    /// Rows of a slice that one thread attends with, for one key head.
    ///
    /// @param from the first, counted in the slice
    /// @param row the same, counted in the pass
    /// @param exact whether in float32
    record Part(StepRows.Slice slice, MemorySegment table, int from, int to, int row, int head, boolean exact) {}

    /// {@return a pass's rows in parts; the tables of the pass before are overwritten}
    List<Part> parts(StepRows rows) {
        MemorySegment all = tables.atLeast(4L
                * rows.slices().stream().mapToInt(slice -> slice.table().length).sum());
        List<Part> parts = new ArrayList<>();
        long at = 0;
        int row = 0;
        for (StepRows.Slice slice : rows.slices()) {
            MemorySegment table = all.asSlice(at, 4L * slice.table().length);
            table.copyFrom(MemorySegment.ofArray(slice.table()));
            at += table.byteSize();
            int size = slice.tokens().length;
            boolean exact = bfloat == null || row < rows.decoding();
            for (int from = 0; from < size; from += ROWS_A_PART) {
                for (int head = 0; head < config.numKeyValueHeads(); head++) {
                    int to = Math.min(size, from + ROWS_A_PART);
                    parts.add(new Part(slice, table, from, to, row + from, head, exact));
                }
            }
            row += size;
        }
        return parts;
    }

    /// Attends.
    ///
    /// @param queries of the pass's first row
    /// @param sinkQueries the same as they meet the sinks; nothing where there are none
    /// @param stride floats from a row's queries to the next row's
    /// @param out `[rows, heads · headDim]`
    void attend(
            List<Part> parts,
            int layer,
            KeyValueStore store,
            MemorySegment queries,
            MemorySegment sinkQueries,
            long stride,
            MemorySegment out) {
        long width = (long) config.numAttentionHeads() * config.headDim();
        team.run(parts.size(), (p, thread) -> {
            Part part = parts.get(p);
            var keys = new Kernels.Attended(
                    store.type(),
                    store.layer(layer),
                    store.blockBytes(),
                    store.headBytes(),
                    part.table,
                    part.slice.position() + part.from,
                    config.headDim(),
                    group(),
                    Visible.in(config, window, layer),
                    window.sinks() == 0
                            ? Kernels.Sinks.NONE
                            : new Kernels.Sinks(window.sinks(), sinkQueries.asSlice(4L * part.row * stride)),
                    (float) (1 / Math.sqrt(config.headDim())));
            MemorySegment q = queries.asSlice(4L * part.row * stride);
            MemorySegment to = out.asSlice(4L * part.row * width);
            int count = part.to - part.from;
            if (part.exact) {
                kernels.attend(keys, q, stride, to, width, count, part.head, part.head + 1);
            } else {
                Objects.requireNonNull(bfloat)
                        .attendBfloat(keys, q, stride, to, width, count, part.head, part.head + 1, scratch.get(thread));
            }
        });
    }

    @Override
    public void close() {
        tables.close();
    }
}
