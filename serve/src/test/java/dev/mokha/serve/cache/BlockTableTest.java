package dev.mokha.serve.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BlockTableTest {
    @Test
    void aForkSharesUntilItWritesIntoTheLastBlock() {
        var pool = new BlockPool(8, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(6)).isEmpty();
        BlockTable fork = table.fork();
        assertThat(pool.used()).isEqualTo(2);
        assertThat(fork.needs(1)).isOne();
        BlockMove.Copy copy = fork.append(1).orElseThrow();
        assertThat(copy.from()).isEqualTo(table.block(1));
        assertThat(copy.to()).isEqualTo(fork.block(1)).isNotEqualTo(table.block(1));
        assertThat(fork.block(0)).isEqualTo(table.block(0));
        assertThat(table.append(1)).as("nobody else has it any more").isEmpty();
        assertThat(pool.used()).isEqualTo(3);
    }

    @Test
    void aForkBehindAFullBlockCopiesNothing() {
        var pool = new BlockPool(8, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(8)).isEmpty();
        BlockTable fork = table.fork();
        assertThat(fork.append(3)).isEmpty();
        assertThat(table.append(3)).isEmpty();
        assertThat(fork.block(2)).isNotEqualTo(table.block(2));
    }

    @Test
    void nobodyWritesIntoAPublishedBlock() {
        var pool = new BlockPool(8, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(4)).isEmpty();
        table.publish(0, new PrefixKey(1, 1));
        table.truncate(2);
        assertThat(table.append(1)).isPresent();
        assertThat(pool.isPublished(table.block(0))).isFalse();
        assertThat(pool.find(new PrefixKey(1, 1))).isNotEqualTo(BlockPool.NONE);
    }

    @Test
    void anEqualBlockIsSharedAndItsOwnGivenBack() {
        var pool = new BlockPool(8, 4);
        var first = new BlockTable(pool);
        var second = new BlockTable(pool);
        assertThat(first.append(4)).isEmpty();
        assertThat(second.append(4)).isEmpty();
        first.publish(0, new PrefixKey(1, 1));
        second.publish(0, new PrefixKey(1, 1));
        assertThat(second.block(0)).isEqualTo(first.block(0));
        assertThat(pool.used()).isOne();
        assertThat(pool.users(first.block(0))).isEqualTo(2);
    }

    @Test
    void truncatingTakesWholeBlocksOnly() {
        var pool = new BlockPool(8, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(10)).isEmpty();
        table.truncate(5);
        assertThat(table.size()).isEqualTo(2);
        table.truncate(4);
        assertThat(table.size()).isOne();
        assertThat(pool.used()).isOne();
        assertThatThrownBy(() -> table.truncate(5)).hasMessage("0 to 4 positions can stay, not 5");
    }

    @Test
    void aWindowReleasesWhatNobodySeesAnyMore() {
        var pool = new BlockPool(8, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(17)).isEmpty();
        // Position 17 sees 13 to 17 and, as sinks, 0: blocks 1 and 2 end at 7 and 11.
        table.slide(new Window(5, 1), 17);
        assertThat(table.toArray()[1]).isEqualTo(BlockPool.NONE);
        assertThat(table.toArray()[2]).isEqualTo(BlockPool.NONE);
        assertThat(table.block(0)).isNotEqualTo(BlockPool.NONE);
        assertThat(table.block(3)).isNotEqualTo(BlockPool.NONE);
        assertThat(table.held()).isEqualTo(3);
        assertThat(pool.used()).isEqualTo(3);
        table.release();
        assertThat(pool.used()).isZero();
    }

    @Test
    void withoutABlockNothingChanges() {
        var pool = new BlockPool(1, 4);
        var table = new BlockTable(pool);
        assertThatThrownBy(() -> table.append(5)).hasMessage("5 positions need 2 blocks, and 1 are free");
        assertThat(table.length()).isZero();
        assertThat(pool.used()).isZero();
    }

    @Test
    void theTailOfAChainIsEvictedFirst() {
        var pool = new BlockPool(3, 4);
        var table = new BlockTable(pool);
        assertThat(table.append(12)).isEmpty();
        for (int index = 0; index < 3; index++) {
            table.publish(index, new PrefixKey(index, 0));
        }
        table.release();
        pool.allocate();
        assertThat(pool.find(new PrefixKey(2, 0))).isEqualTo(BlockPool.NONE);
        pool.allocate();
        assertThat(pool.find(new PrefixKey(1, 0))).isEqualTo(BlockPool.NONE);
        assertThat(pool.find(new PrefixKey(0, 0))).isNotEqualTo(BlockPool.NONE);
    }

    /// Tables against what they stand for: each its own list of values, written through the blocks.
    @Property(tries = 300)
    void whatATableWroteItReads(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        var pool = new BlockPool(12, 3);
        var memory = new long[12][3];
        List<BlockTable> tables = new ArrayList<>(List.of(new BlockTable(pool)));
        Map<BlockTable, List<Long>> texts = new HashMap<>(Map.of(tables.getFirst(), List.of()));
        for (int step = 0; step < 120; step++) {
            BlockTable table = tables.get(chance.nextInt(tables.size()));
            var text = new ArrayList<>(texts.getOrDefault(table, List.of()));
            switch (chance.nextInt(5)) {
                case 0, 1 -> {
                    int count = 1 + chance.nextInt(4);
                    if (table.needs(count) <= pool.free()) {
                        int free = pool.free();
                        int needs = table.needs(count);
                        table.append(count).ifPresent(copy -> memory[copy.to()] = memory[copy.from()].clone());
                        assertThat(pool.free())
                                .isEqualTo(free - needs + (needs > 0 && freed(pool, free, needs) ? 1 : 0));
                        for (int index = 0; index < count; index++) {
                            long value = chance.nextLong();
                            memory[table.block(text.size() / 3)][text.size() % 3] = value;
                            text.add(value);
                        }
                    }
                }
                case 2 -> {
                    if (tables.size() < 5) {
                        BlockTable fork = table.fork();
                        tables.add(fork);
                        texts.put(fork, List.copyOf(text));
                    }
                }
                case 3 -> {
                    int length = chance.nextInt(text.size() + 1);
                    table.truncate(length);
                    text.subList(length, text.size()).clear();
                }
                default -> {
                    for (int index = 0; index < text.size() / 3; index++) {
                        table.publish(
                                index,
                                new PrefixKey(text.subList(0, 3 * index + 3).hashCode(), 0));
                    }
                }
            }
            texts.put(table, text);
            for (BlockTable any : tables) {
                List<Long> expected = texts.getOrDefault(any, List.of());
                assertThat(any.length()).isEqualTo(expected.size());
                for (int position = 0; position < expected.size(); position++) {
                    assertThat(memory[any.block(position / 3)][position % 3]).isEqualTo(expected.get(position));
                }
            }
            int[] users = new int[12];
            for (BlockTable any : tables) {
                for (int block : any.toArray()) {
                    users[block]++;
                }
            }
            for (int block = 0; block < 12; block++) {
                assertThat(pool.users(block)).isEqualTo(users[block]);
            }
        }
        tables.forEach(BlockTable::release);
        assertThat(pool.used()).isZero();
    }

    /// A copy gives the shared block back where this table was its last user.
    private static boolean freed(BlockPool pool, int before, int needs) {
        return pool.free() == before - needs + 1;
    }
}
