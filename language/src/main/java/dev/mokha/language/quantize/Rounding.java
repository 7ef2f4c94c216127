package dev.mokha.language.quantize;

import dev.mokha.language.gguf.BlockGrid;
import dev.mokha.language.gguf.BlockWriter;
import dev.mokha.language.gguf.Blocks;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.gguf.Grid;
import dev.mokha.language.packed.PackedLayout;
import java.util.stream.IntStream;

/// How a matrix will be stored: numbers beside each other in a row share a grid.
sealed interface Rounding {
    /// {@return whether numbers become a few levels}
    boolean isQuantized();

    /// {@return how many numbers share a grid, in rows of so many}
    int group(int columns);

    /// {@return the grid of the numbers from a place on}
    Grid fit(float[] x, int from, int count);

    /// {@return the numbers, each the nearest that is stored}
    ///
    /// @param numbers `[rows, columns]`
    float[] nearest(float[] numbers, int columns);

    /// {@return the rounding with which to search, where this one takes long}
    default Rounding searched() {
        return this;
    }

    /// The blocks of GGUF files.
    record InBlocks(GgufType type) implements Rounding {
        @Override
        public boolean isQuantized() {
            return type.isQuantized();
        }

        @Override
        public int group(int columns) {
            return type.block();
        }

        @Override
        public Grid fit(float[] x, int from, int count) {
            return BlockGrid.fit(type, x, from);
        }

        @Override
        public float[] nearest(float[] numbers, int columns) {
            float[] read = new float[numbers.length];
            Blocks.read(type, BlockWriter.rows(type, numbers, columns), 0, read);
            return read;
        }

        /// One with blocks of 32 and as many bits, where a block has 256.
        @Override
        public Rounding searched() {
            return switch (type) {
                case Q4_K -> new InBlocks(GgufType.Q4_1);
                case Q5_K -> new InBlocks(GgufType.Q5_1);
                case Q6_K -> new InBlocks(GgufType.Q8_0);
                default -> this;
            };
        }
    }

    /// The groups of folders as GPTQ and AWQ have them.
    record InGroups(PackedLayout layout) implements Rounding {
        @Override
        public boolean isQuantized() {
            return true;
        }

        @Override
        public int group(int columns) {
            return layout.groupSize() == PackedLayout.ALL ? columns : layout.groupSize();
        }

        @Override
        public Grid fit(float[] x, int from, int count) {
            return GroupGrid.fit(layout, x, from, count);
        }

        @Override
        public float[] nearest(float[] numbers, int columns) {
            int group = group(columns);
            float[] rounded = new float[numbers.length];
            IntStream.range(0, numbers.length / group).parallel().forEach(at -> {
                Grid grid = fit(numbers, at * group, group);
                for (int i = 0; i < group; i++) {
                    rounded[at * group + i] = grid.value(i, grid.level(i, numbers[at * group + i]));
                }
            });
            return rounded;
        }
    }
}
