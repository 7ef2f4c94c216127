package dev.mokha.serve.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.model.StepRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Which rows attend together, and to what.
final class StepGroupTest {
    private static StepRows.Slice slice(int position, int count, int firstBlock) {
        int blocks = (position + count + 15) / 16;
        return new StepRows.Slice(
                new int[count],
                position,
                IntStream.range(firstBlock, firstBlock + blocks).toArray());
    }

    @Property(tries = 200)
    void everyRowIsInOneGroupAndItsKeysLieWhereItsTableSays(@ForAll long seed) {
        var random = new Random(seed);
        var slices = new ArrayList<StepRows.Slice>();
        int block = 0;
        int rows = 0;
        for (int i = 0; i < 1 + random.nextInt(10); i++) {
            int count = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : 1;
            slices.add(slice(random.nextInt(200), count, block));
            block += slices.getLast().table().length;
            rows += count;
        }
        var seen = new HashSet<Integer>();
        for (StepGroup group : StepGroup.of(new StepRows(slices, 0, new int[0]))) {
            boolean[] visible = group.seen(0);
            boolean[] near = group.seen(5);
            for (int s = 0; s < group.slices(); s++) {
                for (int i = 0; i < group.count(); i++) {
                    int row = group.rows()[s * group.count() + i];
                    assertThat(seen.add(row)).isTrue();
                    int[] expected = places(slices, row);
                    int from = (s * group.count() + i) * group.length();
                    for (int p = 0; p < group.length(); p++) {
                        assertThat(visible[from + p]).isEqualTo(p < expected.length);
                        assertThat(near[from + p]).isEqualTo(p < expected.length && p >= expected.length - 5);
                        if (p < expected.length) {
                            assertThat(group.places()[s * group.length() + p]).isEqualTo(expected[p]);
                        }
                    }
                }
            }
        }
        assertThat(seen).hasSize(rows);
    }

    /// The definition: where the positions that a row may see are kept.
    private static int[] places(List<StepRows.Slice> slices, int row) {
        int left = row;
        for (StepRows.Slice slice : slices) {
            if (left < slice.tokens().length) {
                return IntStream.rangeClosed(0, slice.position() + left)
                        .map(p -> slice.table()[p / 16] * 16 + p % 16)
                        .toArray();
            }
            left -= slice.tokens().length;
        }
        throw new AssertionError(row);
    }

    @Example
    void whatBeginsAtOnePlaceNeedsNoFillingUp() {
        var step = new StepRows(List.of(slice(0, 8, 0), slice(0, 8, 1), slice(30, 1, 2)), 0, new int[0]);
        List<StepGroup> groups = StepGroup.of(step);
        assertThat(groups).hasSize(2);
        assertThat(groups.getFirst().isEven()).isTrue();
        assertThat(groups.get(1).slices()).isEqualTo(2);
        assertThat(groups.get(1).isEven()).isTrue();
    }

    @Example
    void aShortTextIsNotFilledUpToALongOnesLength() {
        var step = new StepRows(List.of(slice(10, 1, 0), slice(20, 1, 1), slice(3000, 1, 3)), 0, new int[0]);
        assertThat(StepGroup.of(step).stream().map(StepGroup::length)).containsExactly(21, 3001);
    }

    @Example
    void whatIsNotKeptIsTakenFromTheFirstPlaceAndHidden() {
        var slice = new StepRows.Slice(new int[1], 40, new int[] {-1, 7, 8});
        StepGroup group =
                StepGroup.of(new StepRows(List.of(slice), 0, new int[0])).getFirst();
        assertThat(Arrays.copyOf(group.places(), 17)).endsWith(0, 112).startsWith(0, 0);
        assertThat(group.seen(20)[15]).isFalse();
    }
}
