package dev.mokha.serve.device;

import dev.mokha.language.decoder.StepChanges;
import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.adapter.LowRank;
import dev.mokha.serve.adapter.Site;
import dev.mokha.serve.adapter.Spot;
import dev.mokha.serve.kernel.PackedMatrix;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Adapters' matrices on a device: `y += s · B (A x)` for the rows of each adapter in a step, at each
/// projection that it changes. They go up with the first step that has them, and are given back behind the
/// first step that finds them closed.
///
/// All rows have been multiplied with the model's own weights before, in one go, as in Chen et al. 2023,
/// [Punica](https://arxiv.org/abs/2310.18547), §4; then each adapter's in turn.
final class DeviceAdapters implements AutoCloseable {
    private final Device device;
    private final DType dtype;
    private final int layers;
    private final IdentityHashMap<Adapter, List<Map<StepChanges.Place, Pair>>> there = new IdentityHashMap<>();

    /// @param dtype what the model's weights are kept in
    DeviceAdapters(Device device, DType dtype, int layers) {
        this.device = device;
        this.dtype = dtype;
        this.layers = layers;
    }

    /// One projection's matrices, transposed.
    ///
    /// @param down `[inputs, rank]`
    /// @param up `[rank, outputs]`, times the scale
    private record Pair(Tensor down, Tensor up) implements AutoCloseable {
        @Override
        public void close() {
            down.close();
            up.close();
        }
    }

    /// The rows of one adapter.
    private record Part(List<Map<StepChanges.Place, Pair>> matrices, StepNumbers.Part rows) {}

    /// {@return what adapters change in a step; null for nothing}
    @Nullable
    StepChanges of(StepRows step, StepNumbers numbers) {
        there.entrySet().removeIf(entry -> {
            boolean over = !entry.getKey().isOpen();
            if (over) {
                close(entry.getValue());
            }
            return over;
        });
        var rows = new IdentityHashMap<Adapter, List<Integer>>();
        int row = 0;
        for (StepRows.Slice slice : step.slices()) {
            for (int i = 0; i < slice.tokens().length; i++, row++) {
                if (slice.adapter() != null) {
                    rows.computeIfAbsent(slice.adapter(), _ -> new ArrayList<>())
                            .add(row);
                }
            }
        }
        if (rows.isEmpty()) {
            return null;
        }
        var parts = new ArrayList<Part>();
        rows.forEach((adapter, own) -> parts.add(new Part(
                there.computeIfAbsent(adapter, this::upload),
                numbers.add(own.stream().mapToInt(Integer::intValue).toArray()))));
        return (layer, place, input, output) -> change(parts, layer, place, input, output);
    }

    private static Tensor change(List<Part> parts, int layer, StepChanges.Place place, Tensor input, Tensor output) {
        Tensor changed = output.select(0, 0); // [rows, outputs]
        for (Part part : parts) {
            @Nullable Pair pair = part.matrices.get(layer).get(place);
            if (pair != null) {
                Tensor own = part.rows.there();
                Tensor low = input.select(0, 0).indexSelect(0, own).matmul(pair.down); // [own rows, rank]
                changed = changed.indexAdd(0, own, low.matmul(pair.up));
            }
        }
        return changed.unsqueeze(0);
    }

    private List<Map<StepChanges.Place, Pair>> upload(Adapter adapter) {
        var all = new ArrayList<Map<StepChanges.Place, Pair>>();
        for (int layer = 0; layer < layers; layer++) {
            Map<StepChanges.Place, Pair> pairs = new EnumMap<>(StepChanges.Place.class);
            for (Site site : Site.values()) {
                @Nullable LowRank lowRank = site.inMixture() ? null : adapter.at(new Spot(layer, site, 0));
                if (lowRank != null) {
                    for (LowRank.Up up : lowRank.ups()) {
                        int rank = up.matrix().inputs();
                        pairs.put(
                                place(site, up.projection()),
                                new Pair(
                                        there(lowRank.down(), up.column(), rank, 1),
                                        there(up.matrix(), 0, up.matrix().outputs(), adapter.scale())));
                    }
                }
            }
            all.add(pairs);
        }
        return all;
    }

    /// {@return some of a matrix's rows as columns, `[inputs, count]`}
    private Tensor there(PackedMatrix matrix, int first, int count, float scale) {
        int width = matrix.inputs();
        float[] rows = new float[count * width];
        for (int i = 0; i < count; i++) {
            matrix.row(first + i, MemorySegment.ofArray(rows).asSlice(4L * i * width, 4L * width));
        }
        try (var _ = Scope.open("adapter")) {
            return Tensors.of(rows, count, width)
                    .mul(scale)
                    .transpose(0, 1)
                    .contiguous()
                    .to(device)
                    .to(dtype)
                    .copy()
                    .retain();
        }
    }

    private static StepChanges.Place place(Site site, int projection) {
        return switch (site) {
            case ATTENTION_INPUT ->
                switch (projection) {
                    case 0 -> StepChanges.Place.QUERY;
                    case 1 -> StepChanges.Place.KEY;
                    default -> StepChanges.Place.VALUE;
                };
            case ATTENTION_OUTPUT -> StepChanges.Place.OUTPUT;
            case FEED_FORWARD_INPUT -> projection == 0 ? StepChanges.Place.GATE : StepChanges.Place.UP;
            case FEED_FORWARD_OUTPUT -> StepChanges.Place.DOWN;
            case EXPERT_INPUT, EXPERT_OUTPUT, SHARED_INPUT, SHARED_OUTPUT ->
                throw new IllegalArgumentException("experts are not changed on a device"); // refused when loaded
        };
    }

    private static void close(List<Map<StepChanges.Place, Pair>> matrices) {
        matrices.forEach(layer -> layer.values().forEach(Pair::close));
    }

    @Override
    public void close() {
        there.values().forEach(DeviceAdapters::close);
        there.clear();
    }
}
