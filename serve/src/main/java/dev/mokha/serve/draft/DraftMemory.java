package dev.mokha.serve.draft;

import dev.mokha.serve.cache.BlockMove;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.StepModel;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.util.HashMap;
import java.util.Map;

/// A draft model's keys and values. They lie in blocks of the same numbers as the model's own, and go where
/// those go: to be shared, copied, swapped out and taken away. So no memory has to be given out twice, and a
/// beginning that is shared is shared here too.
///
/// The draft does not compute all that the model computes. How much of a block is filled is known for each
/// block; what is missing is computed when a sequence is drafted for.
final class DraftMemory {
    private static final int PAGE = KeyValueType.PAGE;

    private final StepModel draft;
    private final int[] filled;
    private final Map<Integer, Integer> filledOnHost = new HashMap<>();

    /// @param draft with as many blocks as the model has
    DraftMemory(StepModel draft) {
        this.draft = draft;
        this.filled = new int[draft.blocks()];
    }

    void move(BlockMove move) {
        draft.move(move);
        switch (move) {
            case BlockMove.Copy(int from, int to) -> filled[to] = filled[from];
            case BlockMove.SwapOut(int block, int slot) -> filledOnHost.put(slot, filled[block]);
            case BlockMove.SwapIn(int slot, int block) -> filled[block] = filledOnHost.getOrDefault(slot, 0);
        }
    }

    /// What the model is about to write anew is not filled here.
    void begin(StepPlan plan) {
        for (Slice slice : plan.slices()) {
            int[] table = slice.sequence().table().toArray();
            int first = slice.from() / PAGE;
            for (int i = first; i < table.length; i++) { // a window lets go of earlier ones only
                filled[table[i]] = i == first ? Math.min(filled[table[i]], slice.from() % PAGE) : 0;
            }
        }
    }

    /// {@return the first position of a sequence that is not filled; `length` where all are}
    int missing(int[] table, int length) {
        for (int i = 0; i * PAGE < length; i++) {
            if (table[i] >= 0 && filled[table[i]] < Math.min(PAGE, length - i * PAGE)) {
                return i * PAGE + filled[table[i]];
            }
        }
        return length;
    }

    /// Everything before a position is filled now.
    ///
    /// @param from what was filled before
    void fill(int[] table, int from, int to) {
        for (int i = from / PAGE; i * PAGE < to; i++) {
            if (table[i] >= 0) {
                filled[table[i]] = Math.min(PAGE, to - i * PAGE);
            }
        }
    }
}
