package dev.mokha.language.decoder;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/// The keys and values of the positions a [Decoder] has seen, so that the next one costs one position. It
/// lies in memory of its own, laid out for `capacity` positions and doubled when they are full; it outlives
/// every scope and is freed by [#close].
public final class KeyValueCache implements AutoCloseable {
    private final DecoderConfig config;
    private final int batch;
    private final DType dtype;
    private final Device device;
    private final List<Layer> layers = new ArrayList<>();
    private long capacity;
    private long length;

    /// @param keys `[batch, kvHeads, keys, headDim]`
    /// @param values `[batch, kvHeads, keys, headDim]`
    record Layer(Tensor keys, Tensor values) {
        void close() {
            keys.close();
            values.close();
        }
    }

    KeyValueCache(DecoderConfig config, int batch, long capacity, DType dtype, Device device) {
        if (batch < 1 || capacity < 1) {
            throw new IllegalArgumentException(
                    "a cache needs at least 1 row and 1 position, not " + batch + " and " + capacity);
        }
        this.config = config;
        this.batch = batch;
        this.capacity = capacity;
        this.dtype = dtype;
        this.device = device;
        try (var _ = Scope.open("cache")) {
            for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
                layers.add(new Layer(allocate(), allocate()));
            }
        }
    }

    private Tensor allocate() {
        return Tensors.empty(dtype, device, batch, config.numKeyValueHeads(), capacity, config.headDim())
                .retain();
    }

    /// {@return how many positions are in it}
    public long length() {
        return length;
    }

    /// {@return how many rows it holds}
    public int batch() {
        return batch;
    }

    /// {@return a new cache whose rows all hold what the one row of this holds}
    /// @param capacity positions there is memory for
    public KeyValueCache copies(int rows, long capacity) {
        if (batch != 1) {
            throw new IllegalStateException("copies are made of a cache of one row, and this has " + batch);
        }
        return rows(new int[rows], capacity);
    }

    /// {@return a new cache with copies of these rows of this one, each as often as it is named}
    /// @param capacity positions there is memory for
    public KeyValueCache rows(int[] rows, long capacity) {
        var copies = new KeyValueCache(config, rows.length, Math.max(capacity, length), dtype, device);
        try (var _ = Scope.open("cache copies");
                var _ = Gradients.off()) {
            Tensor chosen = Tensors.of(rows, rows.length).to(device);
            for (int i = 0; i < layers.size(); i++) {
                Layer from = layers.get(i);
                Layer to = copies.layers.get(i);
                to.keys.narrow(2, 0, length).copyInPlace(read(from.keys, chosen));
                to.values.narrow(2, 0, length).copyInPlace(read(from.values, chosen));
            }
        }
        copies.length = length;
        return copies;
    }

    /// One row is spread over all copies as it is written, without a copy in between.
    private Tensor read(Tensor store, Tensor rows) {
        Tensor written = store.narrow(2, 0, length);
        return batch == 1 ? written : written.indexSelect(0, rows);
    }

    /// Forgets the positions from `length` on, as when a chat goes back to an earlier turn.
    public void truncate(long length) {
        if (length < 0 || length > this.length) {
            throw new IllegalArgumentException("a cache of " + this.length + " positions cannot be cut to " + length);
        }
        this.length = length;
    }

    /// Writes a layer's keys and values behind those that are there.
    ///
    /// @param keys `[batch, kvHeads, time, headDim]`
    /// @param values `[batch, kvHeads, time, headDim]`
    /// @return all of them, `[batch, kvHeads, length + time, headDim]`
    Layer append(int layer, Tensor keys, Tensor values) {
        long time = keys.size(2);
        if (keys.size(0) != batch) {
            throw new IllegalArgumentException("a cache of " + batch + " rows was given " + keys.size(0));
        }
        if (length + time > capacity) {
            grow(length + time);
        }
        Layer store = layers.get(layer);
        store.keys.narrow(2, length, time).copyInPlace(keys);
        store.values.narrow(2, length, time).copyInPlace(values);
        return new Layer(store.keys.narrow(2, 0, length + time), store.values.narrow(2, 0, length + time));
    }

    /// Counts the positions that every layer has appended.
    void advance(long time) {
        length += time;
    }

    private void grow(long needed) {
        capacity = Math.max(needed, 2 * capacity);
        try (var _ = Scope.open("cache growth");
                var _ = Gradients.off()) {
            for (int i = 0; i < layers.size(); i++) {
                Layer old = layers.get(i);
                var wider = new Layer(allocate(), allocate());
                // An earlier layer of this pass has already written behind `length`.
                long written = old.keys.size(2);
                wider.keys.narrow(2, 0, written).copyInPlace(old.keys);
                wider.values.narrow(2, 0, written).copyInPlace(old.values);
                layers.set(i, wider);
                old.close();
            }
        }
    }

    /// Frees the memory.
    @Override
    public void close() {
        layers.forEach(Layer::close);
        layers.clear();
    }
}
