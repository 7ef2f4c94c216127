package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.StepAttention;
import dev.mokha.language.rotary.RotaryTable.Turns;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The attention of one step: stores the rows' keys and values in the blocks of their texts, then gathers each
/// text's from its blocks.
///
/// Kwon et al. 2023, [PagedAttention](https://arxiv.org/abs/2309.06180), §4.1, with a gather in place of a
/// kernel that follows the tables. Where rows are before the device has their numbers; nothing is read back.
final class PagedAttention implements StepAttention {
    private final DecoderConfig config;
    private final Window window;
    private final DeviceBlocks blocks;
    private final StepNumbers.Part places; // where rows are stored
    private final StepNumbers.@Nullable Part again; // rows that are stored twice
    private final StepNumbers.@Nullable Part placesAgain;
    private final Map<Window, WindowedRows> rows = new HashMap<>();
    private @Nullable Turns near;

    /// @param window what rows see where a layer has no window of its own
    /// @param numbers to which the step's are added
    PagedAttention(DecoderConfig config, Window window, DeviceBlocks blocks, StepRows step, StepNumbers numbers) {
        this.config = config;
        this.window = window;
        this.blocks = blocks;
        int[] own = new int[step.count()];
        int[] first = new int[step.slices().size()];
        int row = 0;
        for (int i = 0; i < first.length; i++) {
            StepRows.Slice slice = step.slices().get(i);
            first[i] = row;
            put(slice, slice.table(), slice.tokens().length, own, row);
            row += slice.tokens().length;
        }
        this.places = numbers.add(own);
        int twice = step.branches().stream().mapToInt(StepRows.Branch::rows).sum();
        int[] which = new int[twice];
        int[] where = new int[twice];
        int at = 0;
        for (StepRows.Branch branch : step.branches()) {
            for (int i = 0; i < branch.rows(); i++) {
                which[at + i] = first[branch.slice()] + i;
            }
            put(step.slices().get(branch.slice()), branch.table(), branch.rows(), where, at);
            at += branch.rows();
        }
        this.again = twice == 0 ? null : numbers.add(which);
        this.placesAgain = twice == 0 ? null : numbers.add(where);
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            rows.computeIfAbsent(seen(layer), seen -> new WindowedRows(config, seen, step, numbers));
        }
    }

    private static void put(StepRows.Slice slice, int[] table, int count, int[] places, int at) {
        for (int i = 0; i < count; i++) {
            places[at + i] = StepGroup.place(table, slice.position() + i);
        }
    }

    private Window seen(int layer) {
        @Nullable Integer own = config.window(layer);
        return own == null ? window : new Window(own, 0);
    }

    /// Turns queries back to their places in the cache when they meet sinks; see
    /// [dev.mokha.serve.model.Visible].
    ///
    /// @param near `[1, rows, 1, headDim]`
    void meetSinks(Turns near) {
        this.near = near;
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        Tensor keys = blocks.keys(layer); // [positions, kvHeads, headDim]
        Tensor values = blocks.values(layer);
        store(rows(key).to(keys.dtype()), keys);
        store(rows(value).to(values.dtype()), values);
        Tensor queries = rows(query); // [rows, heads, headDim]
        @Nullable
        Tensor toSinks = near == null ? null : near.apply(queries.unsqueeze(0)).select(0, 0);
        WindowedRows seen = rows.get(seen(layer));
        if (seen == null) {
            throw new IllegalStateException("layer " + layer + " has a window that the step does not know");
        }
        return seen.attend(queries, toSinks, DeviceBlocks.blockwise(keys), DeviceBlocks.blockwise(values))
                .transpose(0, 1)
                .unsqueeze(0);
    }

    private void store(Tensor rows, Tensor all) {
        all.indexCopyInPlace(0, places.there(), rows);
        if (again != null && placesAgain != null) {
            all.indexCopyInPlace(0, placesAgain.there(), rows.indexSelect(0, again.there()));
        }
    }

    /// `[1, heads, rows, headDim]` to `[rows, heads, headDim]`
    private static Tensor rows(Tensor x) {
        return x.select(0, 0).transpose(0, 1);
    }
}
