package dev.mokha.serve.adapter;

import java.util.List;

/// A matrix as a file has it: a whole tensor, or what one expert has of a tensor of all.
///
/// @param name of the tensor
/// @param tensorRows of it
/// @param tensorColumns of it
/// @param rows of the matrix
/// @param columns of the matrix
/// @param firstRow the tensor's row that is the matrix's first
/// @param firstColumn as much
/// @param step from a column to the next
record StoredMatrix(
        String name,
        int tensorRows,
        int tensorColumns,
        int rows,
        int columns,
        int firstRow,
        int firstColumn,
        int step) {
    /// {@return a whole tensor}
    static StoredMatrix whole(String name, int rows, int columns) {
        return new StoredMatrix(name, rows, columns, rows, columns, 0, 0, 1);
    }

    /// {@return these rows of it; of an expert's `A` in a tensor `[experts · rank, inputs]`}
    StoredMatrix rows(int first, int count) {
        return new StoredMatrix(name, tensorRows, tensorColumns, count, columns, first, firstColumn, step);
    }

    /// {@return every so manieth column from one on; of an expert's `B` in a tensor `[outputs, rank ·
    /// experts]`}
    StoredMatrix columns(int first, int step) {
        return new StoredMatrix(name, tensorRows, tensorColumns, rows, tensorColumns / step, firstRow, first, step);
    }

    /// {@return the place of a number in the tensor}
    long at(int row, int column) {
        return (firstRow + row) * (long) tensorColumns + firstColumn + (long) column * step;
    }

    List<Long> shape() {
        return List.of((long) tensorRows, (long) tensorColumns);
    }
}
