package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.nn.Attention;
import dev.mokha.nn.AttentionMask;
import dev.mokha.nn.Tap;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.StepRows;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step's rows as they attend in layers of one window: in groups, and back in the step's order.
final class WindowedRows {
    private static final Tap UNWATCHED = new Tap("");

    private final DecoderConfig config;
    private final Window window;
    private final List<Group> groups = new ArrayList<>();
    private final StepNumbers.Part back; // where a row stands among the groups' rows
    private final boolean inOrder;

    WindowedRows(DecoderConfig config, Window window, StepRows step, StepNumbers numbers) {
        this.config = config;
        this.window = window;
        int[] order = new int[step.count()];
        boolean same = true;
        int next = 0;
        for (StepGroup shape : StepGroup.of(step, window)) {
            for (int row : shape.rows()) {
                same &= row == next;
                order[row] = next++;
            }
            groups.add(new Group(shape, numbers));
        }
        this.back = numbers.add(order);
        this.inOrder = same;
    }

    /// Lets rows attend.
    ///
    /// @param queries `[rows, heads, headDim]`
    /// @param toSinks the same as they meet sinks; null for as they are
    /// @param keys of a layer, `[blocks, 16, kvHeads, headDim]`
    /// @param values shaped as the keys
    /// @return `[rows, heads, headDim]`
    Tensor attend(Tensor queries, @Nullable Tensor toSinks, Tensor keys, Tensor values) {
        var mixed = new ArrayList<Tensor>();
        for (Group group : groups) {
            mixed.add(group.attend(queries, toSinks, keys, values));
        }
        Tensor all = mixed.size() == 1 ? mixed.getFirst() : Tensors.cat(mixed, 0);
        return inOrder ? all : all.indexSelect(0, back.there());
    }

    /// Slices that attend together. Query heads that share a key head stand one after the other, so that one
    /// product serves them all, and no key is repeated.
    private final class Group {
        private final StepGroup shape;
        private final StepNumbers.Part rows;
        private final StepNumbers.Part positions;
        private final StepNumbers.Part places;
        private final StepNumbers.Part numbers;
        private final boolean plain; // whole beginnings within the window
        private @Nullable Tensor keep;

        Group(StepGroup shape, StepNumbers all) {
            this.shape = shape;
            this.rows = all.add(shape.rows());
            this.positions = all.add(shape.positions());
            this.places = all.add(shape.places());
            this.numbers = all.add(shape.numbers());
            this.plain = shape.begins() && shape.count() <= window.positions();
        }

        Tensor attend(Tensor queries, @Nullable Tensor toSinks, Tensor keys, Tensor values) {
            Tensor q = queries.indexSelect(0, rows.there()); // [slices · count, heads, headDim]
            Tensor k = gathered(keys, q.dtype()); // [slices, kvHeads, length, headDim]
            Tensor v = gathered(values, q.dtype());
            double scale = 1 / Math.sqrt(config.headDim());
            if (plain) {
                Tensor texts = q.unflatten(0, shape.slices(), shape.count()).transpose(1, 2);
                return Attention.attend(texts, first(k), first(v), AttentionMask.causalOnly(), scale, UNWATCHED)
                        .transpose(1, 2)
                        .flatten(0, 1);
            }
            Tensor grouped = grouped(q);
            return toSinks == null
                    ? ungrouped(
                            Attention.attend(grouped, k, v, AttentionMask.none().and(keep()), scale, UNWATCHED))
                    : ungrouped(withSinks(grouped, grouped(toSinks.indexSelect(0, rows.there())), k, v, scale));
        }

        /// `[blocks, 16, kvHeads, headDim]` to `[slices, kvHeads, length, headDim]`
        private Tensor gathered(Tensor blocks, DType dtype) {
            return blocks.indexSelect(0, places.there())
                    .view(shape.slices(), shape.length(), config.numKeyValueHeads(), config.headDim())
                    .transpose(1, 2)
                    .to(dtype);
        }

        private Tensor first(Tensor keys) {
            return keys.narrow(2, 0, shape.count());
        }

        private int shared() {
            return config.numAttentionHeads() / config.numKeyValueHeads();
        }

        /// `[slices · count, heads, headDim]` to `[slices, kvHeads, shared · count, headDim]`
        private Tensor grouped(Tensor q) {
            return q.view(shape.slices(), shape.count(), config.numKeyValueHeads(), shared(), config.headDim())
                    .permute(0, 2, 3, 1, 4)
                    .flatten(2, 3);
        }

        /// The other way round.
        private Tensor ungrouped(Tensor x) {
            return x.unflatten(2, shared(), shape.count())
                    .permute(0, 3, 1, 2, 4)
                    .reshape((long) shape.slices() * shape.count(), config.numAttentionHeads(), config.headDim());
        }

        /// `[slices, length]`: which position a key has.
        private Tensor keyPositions() {
            return numbers.there(shape.slices())
                    .mul(KeyValueType.PAGE)
                    .unsqueeze(2)
                    .add(Tensors.range(0, KeyValueType.PAGE, places.there().device()))
                    .flatten(1, 2);
        }

        /// `[slices, 1, shared · count, length]`: the same for all layers, so it is made once.
        private Tensor keep() {
            if (keep == null) {
                Tensor row = positions.there(shape.slices()).unsqueeze(2); // [slices, count, 1]
                Tensor key = keyPositions().unsqueeze(1); // [slices, 1, length]
                Tensor seen = key.le(row);
                if (window.positions() < Integer.MAX_VALUE) {
                    Tensor late = key.gt(row.sub(window.positions()));
                    seen = seen.and(window.sinks() == 0 ? late : late.or(key.lt(window.sinks())));
                }
                keep = seen.unsqueeze(1)
                        .unsqueeze(1)
                        .expand(shape.slices(), 1, shared(), shape.count(), shape.length())
                        .flatten(2, 3);
            }
            return keep;
        }

        /// Keys in the first block that are sinks meet other queries than the rest; the first block of a
        /// slice is that of the sinks.
        private Tensor withSinks(Tensor q, Tensor toSinks, Tensor k, Tensor v, double scale) {
            long block = KeyValueType.PAGE;
            Tensor scores = q.mul(scale).matmul(k.transpose(-2, -1)); // [slices, kvHeads, shared · count, length]
            Tensor near = toSinks.mul(scale).matmul(k.narrow(2, 0, block).transpose(-2, -1));
            Tensor sink = keyPositions()
                    .narrow(1, 0, block)
                    .lt(window.sinks())
                    .unsqueeze(1)
                    .unsqueeze(1);
            Tensor met = Tensors.where(sink, near, scores.narrow(3, 0, block));
            Tensor all = Tensors.cat(List.of(met, scores.narrow(3, block, shape.length() - block)), 3);
            return all.to(DType.FLOAT32)
                    .maskedFill(keep().not(), Double.NEGATIVE_INFINITY)
                    .softmax(-1)
                    .to(v.dtype())
                    .matmul(v);
        }
    }
}
