package dev.mokha.language.rotary;

import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cosines and sines of a [Rope], computed once for each position in float32, as transformers computes
/// them, and kept for the life of the model. Grows when a longer text comes.
///
/// A head is turned in the checkpoints' layout: entry `i` pairs with entry `i + headDim / 2`.
public final class RotaryTable implements AutoCloseable {
    private static final int FIRST = 256;

    private final Rope rope;
    private final int headDim;
    private final int limit;
    private final Device device;
    private @Nullable Turns all;

    /// A table that is filled when positions are asked for.
    ///
    /// @param headDim width of one head
    /// @param maxPositions the longest text the model was made for
    public RotaryTable(int headDim, Rope rope, int maxPositions, Device device) {
        this.rope = rope;
        this.headDim = headDim;
        this.limit = maxPositions;
        this.device = device;
    }

    /// Cosines and sines for the positions of one pass, broadcast over `[batch, time, heads, headDim]`.
    ///
    /// @param cos of both halves
    /// @param sin of both halves, negative in the first
    public record Turns(Tensor cos, Tensor sin) {
        /// Turns every head: `(x₁, x₂) → (x₁ cos − x₂ sin, x₂ cos + x₁ sin)`.
        ///
        /// @param x `[batch, time, heads, headDim]`
        /// @return `[batch, time, heads, headDim]`
        public Tensor apply(Tensor x) {
            long half = x.size(-1) / 2;
            Tensor swapped = Tensors.cat(List.of(x.narrow(-1, half, half), x.narrow(-1, 0, half)), -1);
            return x.mul(cos.to(x.dtype())).add(swapped.mul(sin.to(x.dtype())));
        }
    }

    /// {@return the turns of the positions from `start` on: `[1, time, 1, headDim]`}
    public Turns at(long start, long time) {
        Turns table = upTo(start + time);
        return new Turns(rows(table.cos, start, time), rows(table.sin, start, time));
    }

    private Tensor rows(Tensor table, long start, long time) {
        return table.narrow(0, start, time).view(1, time, 1, headDim);
    }

    /// {@return the turns of these positions: `[batch, time, 1, headDim]`}
    /// @param positions 64-bit integers `[batch, time]`, none negative
    public Turns at(Tensor positions) {
        return at(positions, positions.max().itemLong() + 1);
    }

    /// {@return the turns of these positions: `[batch, time, 1, headDim]`; nothing waits for the device}
    /// @param positions 64-bit integers `[batch, time]`, none negative
    /// @param end beyond all of them
    public Turns at(Tensor positions, long end) {
        long batch = positions.size(0);
        long time = positions.size(1);
        Turns table = upTo(end);
        Tensor flat = positions.reshape(batch * time);
        return new Turns(
                table.cos.indexSelect(0, flat).view(batch, time, 1, headDim),
                table.sin.indexSelect(0, flat).view(batch, time, 1, headDim));
    }

    private Turns upTo(long positions) {
        if (rope.scaling() instanceof Rope.Scaling.Dynamic && positions > limit) {
            throw new IllegalArgumentException("a text of " + positions + " positions exceeds max_position_embeddings "
                    + limit + "; beyond it 'dynamic' rope scaling changes with the length, which is not computed here");
        }
        Turns table = all;
        if (table == null || table.cos.size(0) < positions) {
            long wanted = Math.max(FIRST, 2 * Long.highestOneBit(Math.max(1, positions - 1)));
            close();
            table = compute(Math.toIntExact(wanted));
            all = table;
        }
        return table;
    }

    private Turns compute(int positions) {
        float[] frequencies = rope.frequencies(headDim);
        double factor = rope.attentionFactor();
        int half = frequencies.length;
        float[] cos = new float[positions * headDim];
        float[] sin = new float[positions * headDim];
        for (int position = 0; position < positions; position++) {
            int row = position * headDim;
            for (int i = 0; i < half; i++) {
                float angle = position * frequencies[i]; // rounded to float32, as transformers does
                float c = (float) ((float) Math.cos(angle) * factor);
                float s = (float) ((float) Math.sin(angle) * factor);
                cos[row + i] = c;
                cos[row + half + i] = c;
                sin[row + i] = -s;
                sin[row + half + i] = s;
            }
        }
        try (var _ = Scope.open("rotary table");
                var _ = Gradients.off()) {
            return new Turns(
                    Tensors.of(cos, positions, headDim).to(device).retain(),
                    Tensors.of(sin, positions, headDim).to(device).retain());
        }
    }

    /// Releases the table; it is filled again when it is asked again.
    @Override
    public void close() {
        if (all != null) {
            all.cos.close();
            all.sin.close();
            all = null;
        }
    }
}
