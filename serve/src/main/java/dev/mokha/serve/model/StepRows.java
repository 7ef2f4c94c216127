package dev.mokha.serve.model;

import dev.mokha.serve.adapter.Adapter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one pass computes: rows of several sequences, each sequence's one after the other. The first rows
/// continue answers, the others read prompts; see [dev.mokha.serve.kernel.Arithmetic].
///
/// @param slices the sequences' parts, in the order of their rows
/// @param decoding how many of the rows, the first, continue answers
/// @param wanted the rows whose logits are wanted, counted over all slices
/// @param branches whose rows are stored for other slices too
@SuppressWarnings("ArrayRecordComponent") // passed from the engine to the model once a step, never compared
public record StepRows(List<Slice> slices, int decoding, int[] wanted, List<Branch> branches) {
    public StepRows {
        slices = List.copyOf(slices);
        branches = List.copyOf(branches);
    }

    /// Rows that are stored once.
    public StepRows(List<Slice> slices, int decoding, int[] wanted) {
        this(slices, decoding, wanted, List.of());
    }

    /// Where a slice's first rows are stored a second time: for another that goes on behind them, as a branch
    /// of a tree does.
    ///
    /// @param slice whose rows
    /// @param rows how many of them, from the first on
    /// @param table the other's blocks
    public record Branch(int slice, int rows, int[] table) {}

    /// Tokens of one sequence.
    ///
    /// @param tokens what stands at the positions
    /// @param position of the first
    /// @param table the blocks of the sequence's positions, 16 each, up to the last of these; negative where
    ///     nothing is kept
    /// @param adapter that changes the model for these rows; null for the base model
    public record Slice(
            int[] tokens,
            int position,
            int[] table,
            @Nullable Adapter adapter) {
        /// Of the base model.
        public Slice(int[] tokens, int position, int[] table) {
            this(tokens, position, table, null);
        }
    }

    /// {@return the number of rows}
    public int count() {
        return slices.stream().mapToInt(slice -> slice.tokens.length).sum();
    }
}
