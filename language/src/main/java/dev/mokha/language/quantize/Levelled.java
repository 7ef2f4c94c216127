package dev.mokha.language.quantize;

import dev.mokha.language.gguf.BlockGrid;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.gguf.Grid;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// A matrix whose numbers have their levels.
///
/// @param columns of a row
/// @param group numbers that share a grid
/// @param grids `[row][group]`
/// @param levels `[row][column]`
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Levelled(int columns, int group, Grid[][] grids, int[][] levels) {
    /// Rounds to the nearest.
    static Levelled nearest(Rounding rounding, float[] numbers, int columns) {
        int group = rounding.group(columns);
        int rows = numbers.length / columns;
        var grids = new Grid[rows][columns / group];
        int[][] levels = new int[rows][columns];
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int at = 0; at < columns; at += group) {
                Grid grid = rounding.fit(numbers, row * columns + at, group);
                grids[row][at / group] = grid;
                for (int i = 0; i < group; i++) {
                    levels[row][at + i] = grid.level(i, numbers[row * columns + at + i]);
                }
            }
        });
        return new Levelled(columns, group, grids, levels);
    }

    /// {@return what the levels stand for, `[rows, columns]`}
    float[] numbers() {
        float[] numbers = new float[levels.length * columns];
        for (int i = 0; i < numbers.length; i++) {
            int column = i % columns;
            Grid grid = grids[i / columns][column / group];
            numbers[i] = grid.value(column % group, levels[i / columns][column]);
        }
        return numbers;
    }

    /// {@return the rows in blocks of GGUF files}
    MemorySegment blocks(GgufType type) {
        long rowBytes = type.bytes(columns);
        MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(levels.length * rowBytes)]);
        int[] block = new int[group];
        for (int row = 0; row < levels.length; row++) {
            for (int at = 0; at < columns; at += group) {
                System.arraycopy(levels[row], at, block, 0, group);
                ((BlockGrid) grids[row][at / group]).pack(block, bytes, row * rowBytes + type.bytes(at));
            }
        }
        return bytes;
    }
}
