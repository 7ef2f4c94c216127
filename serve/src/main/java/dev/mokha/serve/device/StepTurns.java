package dev.mokha.serve.device;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.rotary.RotaryTable;
import dev.mokha.language.rotary.RotaryTable.Turns;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.model.Visible;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Tensors;
import java.util.Arrays;

/// The turns of a step's rows: from a table on the device, and for windows with sinks, which go on without end,
/// computed where the table would grow with them.
final class StepTurns implements AutoCloseable {
    private final RotaryTable table;
    private final float[] frequencies;
    private final float factor;
    private final int limit;
    private final Device device;

    StepTurns(DecoderConfig config, Device device) {
        this.table = new RotaryTable(config.headDim(), config.ropeParameters(), config.maxPositionEmbeddings(), device);
        this.frequencies = config.ropeParameters().frequencies(config.headDim());
        this.factor = (float) config.ropeParameters().attentionFactor();
        this.limit = config.maxPositionEmbeddings();
        this.device = device;
    }

    /// {@return the turns of positions, `[1, rows, 1, headDim]`}
    ///
    /// @param there the same numbers on the device
    Turns at(int[] positions, StepNumbers.Part there) {
        int end = Arrays.stream(positions).max().orElse(0) + 1;
        return end <= limit ? table.at(there.there(1), end) : computed(positions, factor);
    }

    /// {@return the turns from positions to their places in the cache, at which queries meet sinks}
    Turns toSinks(int[] positions, Window window) {
        return computed(
                Arrays.stream(positions)
                        .map(position -> Visible.place(window, position) - position)
                        .toArray(),
                1);
    }

    private Turns computed(int[] positions, float factor) {
        int half = frequencies.length;
        float[] cosines = new float[positions.length * 2 * half];
        float[] sines = new float[cosines.length];
        for (int row = 0; row < positions.length; row++) {
            for (int i = 0; i < half; i++) {
                double angle = positions[row] * (double) frequencies[i];
                float cosine = (float) Math.cos(angle) * factor;
                float sine = (float) Math.sin(angle) * factor;
                int at = 2 * row * half + i;
                cosines[at] = cosine;
                cosines[at + half] = cosine;
                sines[at] = -sine;
                sines[at + half] = sine;
            }
        }
        long[] shape = {1, positions.length, 1, 2L * half};
        return new Turns(
                Tensors.of(cosines, shape).to(device), Tensors.of(sines, shape).to(device));
    }

    @Override
    public void close() {
        table.close();
    }
}
