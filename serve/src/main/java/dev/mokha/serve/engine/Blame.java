package dev.mokha.serve.engine;

import dev.mokha.serve.adapter.Adapter;
import dev.mokha.serve.model.StepRows;
import dev.mokha.serve.schedule.Sequence;
import dev.mokha.serve.schedule.Slice;
import dev.mokha.serve.schedule.StepPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds whose part of a step cannot be computed, when a step could not be: each sequence's part is computed
/// once more, alone. What that writes to the cache is what the step would have written, and is written again.
final class Blame {
    private Blame() {}

    /// {@return the sequences whose parts fail alone, and how}
    ///
    /// @param adapters which one a sequence has
    /// @param compute computes rows, or throws
    static Map<Sequence, RuntimeException> of(
            StepPlan plan, Function<Sequence, @Nullable Adapter> adapters, Consumer<StepRows> compute) {
        Map<Sequence, RuntimeException> guilty = new LinkedHashMap<>();
        for (Slice slice : plan.slices()) {
            try {
                compute.accept(alone(slice, adapters.apply(slice.sequence())));
            } catch (RuntimeException e) {
                guilty.put(slice.sequence(), e);
            }
        }
        return guilty;
    }

    /// A slice without its drafts.
    private static StepRows alone(Slice slice, @Nullable Adapter adapter) {
        Sequence sequence = slice.sequence();
        int[] tokens = new int[slice.count() - slice.drafts()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = sequence.token(slice.from() + i);
        }
        var rows = new StepRows.Slice(tokens, slice.from(), sequence.table().toArray(), adapter);
        return new StepRows(List.of(rows), 0, new int[] {tokens.length - 1});
    }
}
