package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Cosines and sines of the rotary embedding for every position that the engine serves, in float32 as
/// transformers computes them.
final class RotaryAngles {
    private final MemorySegment cosines;
    private final MemorySegment sines;
    private final long rowBytes;

    /// @param positions how many
    RotaryAngles(DecoderConfig config, int positions, Arena arena) {
        float[] frequencies = config.ropeParameters().frequencies(config.headDim());
        double factor = config.ropeParameters().attentionFactor();
        int half = frequencies.length;
        this.rowBytes = 4L * half;
        this.cosines = arena.allocate(positions * rowBytes, 64);
        this.sines = arena.allocate(positions * rowBytes, 64);
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                float angle = position * frequencies[i]; // rounded to float32
                long at = (long) position * half + i;
                cosines.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) ((float) Math.cos(angle) * factor));
                sines.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) ((float) Math.sin(angle) * factor));
            }
        }
    }

    MemorySegment cosines(long position) {
        return cosines.asSlice(position * rowBytes, rowBytes);
    }

    MemorySegment sines(long position) {
        return sines.asSlice(position * rowBytes, rowBytes);
    }
}
