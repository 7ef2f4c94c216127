package dev.mokha.serve.model;

import dev.mokha.language.decoder.DecoderConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Cosines and sines of the rotary embedding for every position that the engine serves, in float32 as
/// transformers computes them. Beyond the table, where only windows with sinks come, they are computed when
/// they are wanted, their angles in double precision: float32 has no fractions left of an angle of millions.
final class RotaryAngles implements AutoCloseable {
    private final float[] frequencies;
    private final double factor;
    private final int positions;
    private final GrowingBuffer beyond = new GrowingBuffer();
    private final MemorySegment cosines;
    private final MemorySegment sines;
    private final long rowBytes;

    /// @param positions how many
    RotaryAngles(DecoderConfig config, int positions, Arena arena) {
        this.frequencies = config.ropeParameters().frequencies(config.headDim());
        this.factor = config.ropeParameters().attentionFactor();
        this.positions = positions;
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

    /// A position's turns.
    record Turns(MemorySegment cosines, MemorySegment sines) {}

    /// {@return the turns of a position in the table}
    Turns at(int position) {
        return new Turns(cosines.asSlice(position * rowBytes, rowBytes), sines.asSlice(position * rowBytes, rowBytes));
    }

    /// {@return the turns of any positions, until the next call}
    Turns[] at(int[] wanted) {
        long far =
                Arrays.stream(wanted).filter(position -> position >= positions).count();
        MemorySegment memory = far == 0 ? MemorySegment.NULL : beyond.atLeast(2 * far * rowBytes);
        var turns = new Turns[wanted.length];
        long at = 0;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] < positions) {
                turns[i] = at(wanted[i]);
            } else {
                turns[i] = new Turns(memory.asSlice(at, rowBytes), memory.asSlice(at + rowBytes, rowBytes));
                compute(wanted[i], turns[i]);
                at += 2 * rowBytes;
            }
        }
        return turns;
    }

    private void compute(int position, Turns turns) {
        for (int i = 0; i < frequencies.length; i++) {
            double angle = position * (double) frequencies[i];
            turns.cosines.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (Math.cos(angle) * factor));
            turns.sines.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (Math.sin(angle) * factor));
        }
    }

    @Override
    public void close() {
        beyond.close();
    }
}
