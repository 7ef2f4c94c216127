package dev.mokha.serve.device;

import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.StepRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Slices of a step that attend together: as many rows each, with their keys filled up to the longest's. Where
/// all begin at the same position nothing is filled up. Indices only.
///
/// @param rows of the step, the slices' one after the other, `slices · count`
/// @param positions of each slice's first row
/// @param count rows of a slice
/// @param length keys of the longest
/// @param places where each slice's keys lie, `slices · length`, in positions of all blocks; 0 where
///     there is none
@SuppressWarnings("ArrayRecordComponent") // on their way to a device; never compared
record StepGroup(int[] rows, int[] positions, int count, int length, int[] places) {
    /// The most keys of a group, so that a step's memory has a bound.
    private static final int KEYS = 1 << 17;

    /// Keys may be filled up to twice as many, and this.
    private static final int SLACK = 64;

    /// {@return the slices of a step in groups; each is in one}
    static List<StepGroup> of(StepRows step) {
        List<StepRows.Slice> slices = step.slices();
        int[] first = new int[slices.size()];
        for (int i = 1; i < first.length; i++) {
            first[i] = first[i - 1] + slices.get(i - 1).tokens().length;
        }
        int[] order = IntStream.range(0, first.length)
                .filter(i -> slices.get(i).tokens().length > 0)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> slices.get(i).tokens().length)
                        .thenComparingInt(i -> slices.get(i).position()))
                .mapToInt(Integer::intValue)
                .toArray();
        var groups = new ArrayList<StepGroup>();
        for (int from = 0; from < order.length; ) {
            StepRows.Slice shortest = slices.get(order[from]);
            int to = from + 1;
            while (to < order.length && fits(shortest, slices.get(order[to]), to + 1 - from)) {
                to++;
            }
            groups.add(of(
                    slices,
                    first,
                    IntStream.of(order).skip(from).limit(to - from).toArray()));
            from = to;
        }
        return groups;
    }

    private static boolean fits(StepRows.Slice shortest, StepRows.Slice next, int slices) {
        int length = length(next);
        return next.tokens().length == shortest.tokens().length
                && length <= 2 * length(shortest) + SLACK
                && (long) length * slices <= KEYS;
    }

    private static int length(StepRows.Slice slice) {
        return slice.position() + slice.tokens().length;
    }

    private static StepGroup of(List<StepRows.Slice> slices, int[] first, int[] chosen) {
        int count = slices.get(chosen[0]).tokens().length;
        int longest = length(slices.get(chosen[chosen.length - 1]));
        int[] rows = new int[chosen.length * count];
        int[] positions = new int[chosen.length];
        int[] places = new int[chosen.length * longest];
        for (int s = 0; s < chosen.length; s++) {
            StepRows.Slice slice = slices.get(chosen[s]);
            positions[s] = slice.position();
            for (int i = 0; i < count; i++) {
                rows[s * count + i] = first[chosen[s]] + i;
            }
            for (int p = 0; p < length(slice); p++) {
                places[s * longest + p] = Math.max(0, place(slice.table(), p));
            }
        }
        return new StepGroup(rows, positions, count, longest, places);
    }

    /// {@return where a position lies among those of all blocks; negative where nothing is kept}
    static int place(int[] table, int position) {
        int block = table[position / KeyValueType.PAGE];
        return block < 0 ? -1 : block * KeyValueType.PAGE + position % KeyValueType.PAGE;
    }

    int slices() {
        return positions.length;
    }

    /// {@return whether all slices begin at the same position}
    boolean isEven() {
        return IntStream.of(positions).allMatch(position -> position == positions[0]);
    }

    /// Which keys each row may see: itself and those before, of a window the last.
    ///
    /// @param window how many positions, itself included; 0 for all
    /// @return `slices · count · length`
    boolean[] seen(int window) {
        boolean[] seen = new boolean[slices() * count * length];
        for (int s = 0; s < slices(); s++) {
            for (int i = 0; i < count; i++) {
                int last = positions[s] + i;
                int begin = window == 0 ? 0 : Math.max(0, last - window + 1);
                for (int p = begin; p <= last; p++) {
                    seen[(s * count + i) * length + p] = true;
                }
            }
        }
        return seen;
    }
}
