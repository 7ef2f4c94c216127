package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.decoder.StepAttention;
import dev.mokha.nn.Attention;
import dev.mokha.nn.AttentionMask;
import dev.mokha.nn.Tap;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// The attention of one step: gathers each text's keys and values from their blocks, and attends to those of a
/// group of texts at once.
///
/// Kwon et al. 2023, [PagedAttention](https://arxiv.org/abs/2309.06180), §4.1, with a gather in place of a
/// kernel that follows the tables.
final class PagedAttention implements StepAttention {
    private static final Tap UNWATCHED = new Tap("");

    private final DecoderConfig config;
    private final DeviceBlocks blocks;
    private final Tensor written; // [rows and those that are stored twice]
    private final Tensor places; // where each of them goes
    private final List<Group> groups = new ArrayList<>();
    private final Tensor back; // [rows]: where a row stands among the groups' rows

    /// @param rows `[slices · count]`
    /// @param places `[slices · length]`
    private record Group(StepGroup shape, Tensor rows, Tensor places, AttentionMask full, AttentionMask sliding) {}

    PagedAttention(DecoderConfig config, DeviceBlocks blocks, StepRows step, Device device) {
        this.config = config;
        this.blocks = blocks;
        int count = step.count();
        int[] first = new int[step.slices().size()];
        int twice = step.branches().stream().mapToInt(StepRows.Branch::rows).sum();
        int[] rows = new int[count + twice];
        int[] own = new int[count + twice];
        int at = 0;
        for (int i = 0; i < first.length; i++) {
            StepRows.Slice slice = step.slices().get(i);
            first[i] = at;
            at = put(slice, slice.table(), slice.tokens().length, at, rows, own, at);
        }
        for (StepRows.Branch branch : step.branches()) {
            at = put(
                    step.slices().get(branch.slice()),
                    branch.table(),
                    branch.rows(),
                    first[branch.slice()],
                    rows,
                    own,
                    at);
        }
        this.written = there(rows, device);
        this.places = there(own, device);
        Integer window = config.slidingWindow();
        int[] order = new int[count];
        int next = 0;
        for (StepGroup shape : StepGroup.of(step)) {
            for (int one : shape.rows()) {
                order[one] = next++;
            }
            AttentionMask full = mask(shape, 0, device);
            groups.add(new Group(
                    shape,
                    there(shape.rows(), device),
                    there(shape.places(), device),
                    full,
                    window == null || window >= shape.length() ? full : mask(shape, window, device)));
        }
        this.back = there(order, device);
    }

    /// Notes that a slice's first rows are stored in a table's blocks.
    ///
    /// @return the next free place
    private static int put(StepRows.Slice slice, int[] table, int count, int row, int[] rows, int[] places, int at) {
        for (int i = 0; i < count; i++) {
            rows[at + i] = row + i;
            places[at + i] = StepGroup.place(table, slice.position() + i);
        }
        return at + count;
    }

    private static Tensor there(int[] numbers, Device device) {
        return Tensors.of(numbers, numbers.length).to(device);
    }

    private static AttentionMask mask(StepGroup shape, int window, Device device) {
        if (shape.isEven()) {
            return window == 0 ? AttentionMask.causalOnly() : AttentionMask.sliding(window);
        }
        Tensor keep = Tensors.of(shape.seen(window), shape.slices(), 1, shape.count(), shape.length());
        return AttentionMask.none().and(keep.to(device));
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        Tensor keys = blocks.keys(layer); // [positions, kvHeads, headDim]
        Tensor values = blocks.values(layer);
        keys.indexCopyInPlace(0, places, rows(key).indexSelect(0, written).to(keys.dtype()));
        values.indexCopyInPlace(0, places, rows(value).indexSelect(0, written).to(values.dtype()));
        Tensor queries = rows(query); // [rows, heads, headDim]
        boolean slides = config.window(layer) != null;
        var mixed = new ArrayList<Tensor>();
        for (Group group : groups) {
            Tensor heads = Attention.attend(
                    batch(queries, group.rows, group.shape.slices()),
                    batch(keys, group.places, group.shape.slices()).to(query.dtype()),
                    batch(values, group.places, group.shape.slices()).to(query.dtype()),
                    slides ? group.sliding : group.full,
                    1 / Math.sqrt(config.headDim()),
                    UNWATCHED); // [slices, heads, count, headDim]
            mixed.add(heads.transpose(1, 2).flatten(0, 1)); // [slices · count, heads, headDim]
        }
        return Tensors.cat(mixed, 0).indexSelect(0, back).transpose(0, 1).unsqueeze(0);
    }

    /// `[1, heads, rows, headDim]` to `[rows, heads, headDim]`
    private static Tensor rows(Tensor x) {
        return x.select(0, 0).transpose(0, 1);
    }

    /// `[rows, heads, headDim]` to `[slices, heads, chosen / slices, headDim]`
    private static Tensor batch(Tensor x, Tensor chosen, int slices) {
        return x.indexSelect(0, chosen)
                .unflatten(0, slices, chosen.size(0) / slices)
                .transpose(1, 2);
    }
}
