package dev.mokha.serve.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.serve.cache.Window;
import dev.mokha.serve.model.StepRows;
import java.util.ArrayList;
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

    private static final List<Window> WINDOWS =
            List.of(Window.ALL, new Window(5, 0), new Window(40, 0), new Window(33, 4), new Window(1, 16));

    @Property(tries = 300)
    void everyRowIsInOneGroupAndSeesWhatItsWindowShows(@ForAll long seed) {
        var random = new Random(seed);
        Window window = WINDOWS.get(random.nextInt(WINDOWS.size()));
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
        for (StepGroup group : StepGroup.of(new StepRows(slices, 0, new int[0]), window)) {
            for (int at = 0; at < group.rows().length; at++) {
                assertThat(seen.add(group.rows()[at])).isTrue();
                assertThat(places(group, at, window)).isEqualTo(places(slices, group.rows()[at], window));
            }
        }
        assertThat(seen).hasSize(rows);
    }

    /// Where the positions that a row of a group sees are kept: what a mask over its blocks leaves.
    private static List<Integer> places(StepGroup group, int at, Window window) {
        var places = new ArrayList<Integer>();
        int begin = at / group.count() * group.length() / 16;
        int last = group.positions()[at];
        for (int b = begin; b < begin + group.length() / 16; b++) {
            for (int i = 0; i < 16; i++) {
                long position = 16L * group.numbers()[b] + i;
                if (position <= last && (position > last - (long) window.positions() || position < window.sinks())) {
                    places.add(16 * group.places()[b] + i);
                }
            }
        }
        return places;
    }

    /// The definition.
    private static List<Integer> places(List<StepRows.Slice> slices, int row, Window window) {
        int left = row;
        for (StepRows.Slice slice : slices) {
            if (left < slice.tokens().length) {
                int last = slice.position() + left;
                return IntStream.rangeClosed(0, last)
                        .filter(p -> p > last - (long) window.positions() || p < window.sinks())
                        .mapToObj(p -> slice.table()[p / 16] * 16 + p % 16)
                        .toList();
            }
            left -= slice.tokens().length;
        }
        throw new AssertionError(row);
    }

    @Example
    void whatBeginsATextNeedsNoMask() {
        var step = new StepRows(List.of(slice(0, 8, 0), slice(0, 8, 1), slice(30, 1, 2)), 0, new int[0]);
        List<StepGroup> groups = StepGroup.of(step, Window.ALL);
        assertThat(groups).hasSize(2);
        assertThat(groups.getFirst().begins()).isFalse();
        assertThat(groups.get(1).slices()).isEqualTo(2);
        assertThat(groups.get(1).begins()).isTrue();
    }

    @Example
    void aShortTextIsNotFilledUpToALongOnesLength() {
        var step = new StepRows(List.of(slice(10, 1, 0), slice(20, 1, 1), slice(3000, 1, 3)), 0, new int[0]);
        assertThat(StepGroup.of(step, Window.ALL).stream().map(StepGroup::length))
                .containsExactly(32, 3008);
    }

    @Example
    void aLongTextSeesNoMoreBlocksThanItsWindowHas() {
        var step = new StepRows(List.of(slice(30_000, 1, 0)), 0, new int[0]);
        assertThat(StepGroup.of(step, new Window(64, 4)).getFirst().length()).isEqualTo(16 + 80);
    }

    @Example
    void aBlockThatIsNotKeptIsSeenByNobody() {
        var slice = new StepRows.Slice(new int[1], 40, new int[] {-1, 7, 8});
        StepGroup group = StepGroup.of(new StepRows(List.of(slice), 0, new int[0]), Window.ALL)
                .getFirst();
        assertThat(group.places()).containsExactly(0, 7, 8);
        assertThat(group.numbers()).containsExactly(StepGroup.NONE, 1, 2);
    }
}
