package dev.mokha.serve.device;

import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.StepRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Slices of a step that attend together: as many rows each, with the blocks that they see filled up to as many
/// as the most. Indices only.
///
/// @param rows of the step, the slices' one after the other, `slices · count`
/// @param positions of the rows
/// @param count rows of a slice
/// @param places the blocks that a slice sees, `slices · blocks`; the first where there is none
/// @param numbers which of its text each of them is; [#NONE] where there is none
@SuppressWarnings("ArrayRecordComponent") // on their way to a device; never compared
record StepGroup(int[] rows, int[] positions, int count, int[] places, int[] numbers) {
    /// The number of a block that is not there: behind all positions, so that nothing sees it.
    static final int NONE = Integer.MAX_VALUE / KeyValueType.PAGE;

    /// The most keys of a group, so that a step's memory has a bound.
    static final int KEYS = 1 << 17;

    /// Blocks may be filled up to twice as many, and this.
    private static final int SLACK = 4;

    /// A slice, and the blocks of its text that it sees.
    ///
    /// @param first of its rows
    private record Seen(StepRows.Slice slice, int first, int[] numbers) {
        int count() {
            return slice.tokens().length;
        }

        int blocks() {
            return numbers.length;
        }
    }

    /// {@return the slices of a step in groups; each is in one}
    ///
    /// @param window what rows see
    static List<StepGroup> of(StepRows step, Window window) {
        var seen = new ArrayList<Seen>();
        int first = 0;
        for (StepRows.Slice slice : step.slices()) {
            if (slice.tokens().length > 0) {
                seen.add(new Seen(slice, first, numbers(slice, window)));
                first += slice.tokens().length;
            }
        }
        seen.sort(Comparator.comparingInt(Seen::count)
                .thenComparingInt(Seen::blocks)
                .thenComparingInt(one -> one.slice.position()));
        var groups = new ArrayList<StepGroup>();
        for (int from = 0; from < seen.size(); ) {
            int to = from + 1;
            while (to < seen.size() && fits(seen.get(from), seen.get(to), to + 1 - from)) {
                to++;
            }
            groups.add(of(seen.subList(from, to)));
            from = to;
        }
        return groups;
    }

    /// The blocks from that of the first position in the window on, behind that of the sinks.
    private static int[] numbers(StepRows.Slice slice, Window window) {
        long begin = Math.max(0, slice.position() - (long) window.positions() + 1);
        int from = (int) (begin / KeyValueType.PAGE);
        int to = (slice.position() + slice.tokens().length + KeyValueType.PAGE - 1) / KeyValueType.PAGE;
        IntStream near = IntStream.range(from, to);
        return (from > 0 && window.sinks() > 0 ? IntStream.concat(IntStream.of(0), near) : near).toArray();
    }

    private static boolean fits(Seen least, Seen next, int slices) {
        return next.count() == least.count()
                && next.blocks() <= 2 * least.blocks() + SLACK
                && (long) next.blocks() * slices <= KEYS / KeyValueType.PAGE;
    }

    private static StepGroup of(List<Seen> slices) {
        int count = slices.getFirst().count();
        int blocks = slices.getLast().blocks();
        int[] rows = new int[slices.size() * count];
        int[] positions = new int[rows.length];
        int[] places = new int[slices.size() * blocks];
        int[] numbers = new int[places.length];
        Arrays.fill(numbers, NONE);
        for (int s = 0; s < slices.size(); s++) {
            Seen one = slices.get(s);
            for (int i = 0; i < count; i++) {
                rows[s * count + i] = one.first + i;
                positions[s * count + i] = one.slice.position() + i;
            }
            for (int b = 0; b < one.blocks(); b++) {
                int place = one.slice.table()[one.numbers[b]];
                if (place >= 0) { // else nothing is kept, as nobody sees it
                    places[s * blocks + b] = place;
                    numbers[s * blocks + b] = one.numbers[b];
                }
            }
        }
        return new StepGroup(rows, positions, count, places, numbers);
    }

    /// {@return where a position lies among those of all blocks}
    static int place(int[] table, int position) {
        return table[position / KeyValueType.PAGE] * KeyValueType.PAGE + position % KeyValueType.PAGE;
    }

    int slices() {
        return rows.length / count;
    }

    /// {@return keys of a slice}
    int length() {
        return places.length / slices() * KeyValueType.PAGE;
    }

    /// {@return whether all slices are beginnings of texts, which need no mask}
    boolean begins() {
        return IntStream.range(0, slices()).allMatch(s -> positions[s * count] == 0);
    }
}
