package dev.mokha.serve.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PrefixTest {
    private static final PrefixKey ROOT = PrefixKey.root("", "");

    /// `SHA-256` of four zero bytes, and of those 16 bytes with tokens 1, 2 behind it, by Python's hashlib.
    @Test
    void keysAreTheFirstHalfOfSha256() {
        assertThat(PrefixKey.root("", "")).isEqualTo(new PrefixKey(0xdf3f619804a92fdbL, 0x4057192dc43dd748L));
        assertThat(ROOT.next(new int[] {9, 1, 2, 9}, 1, 2))
                .isEqualTo(new PrefixKey(0xf1d24200fa65e291L, 0x7b991eb7b5c8e457L));
    }

    @Test
    void adapterAndSaltKeepApartWhatTheirConcatenationDoesNot() {
        assertThat(PrefixKey.root("ab", "c")).isNotEqualTo(PrefixKey.root("a", "bc"));
        assertThat(PrefixKey.root("", "x")).isNotEqualTo(PrefixKey.root("x", ""));
        assertThat(PrefixKey.root("ab", "c")).isEqualTo(PrefixKey.root("ab", "c"));
    }

    @Property(tries = 50)
    void chainsHaveEqualKeysWhereTheirBeginningsAreEqual(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        int[] one = new int[40];
        int[] other = new int[40];
        int shared = chance.nextInt(41);
        for (int position = 0; position < 40; position++) {
            one[position] = chance.nextInt(1000);
            other[position] = position < shared ? one[position] : one[position] + 1;
        }
        var first = new KeyChain(ROOT, 4);
        var second = new KeyChain(ROOT, 4);
        for (int index = 9; index >= 0; index--) {
            boolean equal = (index + 1) * 4 <= shared;
            assertThat(first.key(index, one).equals(second.key(index, other))).isEqualTo(equal);
            assertThat(first.fork().key(index, one)).isEqualTo(first.key(index, one));
        }
    }

    @Test
    void theLastPositionIsNeverTaken() {
        var pool = new BlockPool(4, 4);
        int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8};
        var chain = new KeyChain(ROOT, 4);
        publish(pool, chain, tokens, 2);
        var lookup = new PrefixLookup(pool, Window.ALL);
        assertThat(lookup.longest(chain, tokens, 8)).hasSize(1);
        assertThat(lookup.longest(chain, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 9))
                .hasSize(2);
        assertThat(lookup.longest(chain, tokens, 4)).isEmpty();
        assertThat(lookup.longest(chain, tokens, 1)).isEmpty();
    }

    @Test
    void aWindowNeedsOnlyWhatItShows() {
        var pool = new BlockPool(8, 2);
        int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        var chain = new KeyChain(ROOT, 2);
        var table = publish(pool, chain, tokens, 4);
        // Block 1 is lost.
        table.truncate(0);
        assertThat(pool.cached()).isEqualTo(4);
        int lost = pool.find(chain.key(1, tokens));
        while (pool.find(chain.key(1, tokens)) != BlockPool.NONE) {
            pool.allocate();
        }
        assertThat(lost).isNotEqualTo(BlockPool.NONE);
        // Tails go first, so blocks 2 and 3 are lost too; block 0 is all that is left.
        assertThat(new PrefixLookup(pool, Window.ALL).longest(chain, tokens, 9)).hasSize(1);
    }

    private static BlockTable publish(BlockPool pool, KeyChain chain, int[] tokens, int blocks) {
        var table = new BlockTable(pool);
        assertThat(table.append(blocks * pool.blockSize())).isEmpty();
        for (int index = 0; index < blocks; index++) {
            table.publish(index, chain.key(index, tokens));
        }
        return table;
    }

    /// Against the definition: the longest beginning, in blocks, of which every block that is seen is there.
    @Property(tries = 500)
    void theLongestBeginningIsFound(@ForAll long seed) {
        var chance = new SplittableRandom(seed);
        int size = 1 + chance.nextInt(4);
        int length = 1 + chance.nextInt(40);
        Window window = chance.nextBoolean() ? Window.ALL : new Window(1 + chance.nextInt(20), chance.nextInt(6));
        int[] tokens = chance.ints(length, 0, 5).toArray();
        var pool = new BlockPool(40, size);
        var chain = new KeyChain(ROOT, size);
        Map<Integer, Integer> there = new HashMap<>();
        for (int index = 0; index < length / size; index++) {
            if (chance.nextInt(4) > 0) {
                int block = pool.allocate();
                pool.publish(block, chain.key(index, tokens));
                there.put(index, block);
            }
        }
        int[] found = new PrefixLookup(pool, window).longest(chain, tokens, length);
        int longest = 0;
        for (int blocks = 1; blocks <= (length - 1) / size; blocks++) {
            if (there.keySet().containsAll(seen(blocks, size, window))) {
                longest = blocks;
            }
        }
        assertThat(found).hasSize(longest);
        Set<Integer> seen = seen(longest, size, window);
        for (int index = 0; index < longest; index++) {
            assertThat(found[index])
                    .isEqualTo(seen.contains(index) ? there.getOrDefault(index, BlockPool.NONE) : BlockPool.NONE);
        }
    }

    /// The blocks that the position behind `blocks` full ones sees, or a later one.
    private static Set<Integer> seen(int blocks, int size, Window window) {
        Set<Integer> seen = new HashSet<>();
        int next = blocks * size;
        for (int position = 0; position < next; position++) {
            if (position > (long) next - window.positions() || position < window.sinks()) {
                seen.add(position / size);
            }
        }
        return seen;
    }
}
