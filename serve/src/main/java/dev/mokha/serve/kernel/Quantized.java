package dev.mokha.serve.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Rows of activations as whole numbers, each [#CHUNK] inputs with one scale, in tiles ([Kernels]). In 8 bits
/// a number lies in ±127; in 16 bits it is 256 times one signed byte plus another, in ±32,512.
///
/// @param bits 8 or 16
/// @param levels `[inputs / 32][rows][bits / 8][32]` in each tile, the bytes of weight 256 first
/// @param scales `[chunks][rows]` floats in each tile
/// @param sums of each 32 numbers, `[inputs / 32][rows]` floats
/// @param corrections −8 times that, as 32-bit integers
/// @param halfCorrections the same of each 16, `[inputs / 32][rows][2]`
public record Quantized(
        int bits,
        MemorySegment levels,
        MemorySegment scales,
        MemorySegment sums,
        MemorySegment corrections,
        MemorySegment halfCorrections) {
    /// Inputs with one scale; the last ones of a row may be fewer.
    static final int CHUNK = 256;

    /// Room for rows.
    public static Quantized allocate(int bits, int rows, int inputs, Arena arena) {
        long numbers = (long) rows * inputs;
        return new Quantized(
                bits,
                arena.allocate(numbers * bits / 8, 64),
                arena.allocate(4L * rows * chunks(inputs), 64),
                arena.allocate(numbers / 8, 64),
                arena.allocate(numbers / 8, 64),
                arena.allocate(numbers / 4, 64));
    }

    /// {@return the same from a row on, where a tile begins}
    Quantized from(int row, int inputs) {
        long number = (long) row * inputs;
        return new Quantized(
                bits,
                levels.asSlice(number * bits / 8),
                scales.asSlice(4L * row * chunks(inputs)),
                sums.asSlice(number / 8),
                corrections.asSlice(number / 8),
                halfCorrections.asSlice(number / 4));
    }

    /// {@return how many scales a row has}
    static int chunks(int inputs) {
        return (inputs + CHUNK - 1) / CHUNK;
    }

    /// {@return how many bytes stand for a number}
    int passes() {
        return bits / 8;
    }
}
