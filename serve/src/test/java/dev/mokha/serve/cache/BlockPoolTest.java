package dev.mokha.serve.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BlockPoolTest {
    private static PrefixKey key(int number) {
        return new PrefixKey(number, 0);
    }

    @Test
    void aReleasedBlockThatWasPublishedIsFoundUntilItsTurnComes() {
        var pool = new BlockPool(2, 16);
        int block = pool.allocate();
        pool.publish(block, key(7));
        pool.release(block);
        assertThat(pool.free()).isEqualTo(2);
        assertThat(pool.find(key(7))).isEqualTo(block);
        assertThat(pool.allocate()).as("the empty one is given first").isNotEqualTo(block);
        assertThat(pool.evictions()).isZero();
        assertThat(pool.allocate()).isEqualTo(block);
        assertThat(pool.find(key(7))).isEqualTo(BlockPool.NONE);
        assertThat(pool.evictions()).isOne();
    }

    @Test
    void aReusedBlockGoesToTheEndOfTheLine() {
        var pool = new BlockPool(2, 16);
        int first = pool.allocate();
        int second = pool.allocate();
        pool.publish(first, key(1));
        pool.publish(second, key(2));
        pool.release(first);
        pool.release(second);
        pool.retain(first);
        pool.release(first);
        assertThat(pool.allocate()).isEqualTo(second);
        assertThat(pool.find(key(1))).isEqualTo(first);
    }

    @Test
    void theFirstOfTwoEqualBlocksIsFound() {
        var pool = new BlockPool(2, 16);
        int first = pool.allocate();
        int second = pool.allocate();
        assertThat(pool.publish(first, key(1))).isEqualTo(first);
        assertThat(pool.publish(second, key(1))).isEqualTo(first);
        assertThat(pool.isPublished(second)).isFalse();
        assertThat(pool.cached()).isOne();
    }

    @Test
    void whatWasForgottenIsNeitherFoundNorKept() {
        var pool = new BlockPool(3, 16);
        int kept = pool.allocate();
        int waiting = pool.allocate();
        pool.publish(kept, key(1));
        pool.publish(waiting, key(2));
        pool.release(waiting);
        pool.forgetAll();
        assertThat(pool.find(key(1))).isEqualTo(BlockPool.NONE);
        assertThat(pool.find(key(2))).isEqualTo(BlockPool.NONE);
        assertThat(pool.users(kept)).isOne();
        assertThat(pool.free()).isEqualTo(2);
        assertThat(pool.allocate()).isNotEqualTo(pool.allocate());
        assertThat(pool.evictions()).isZero();
    }

    @Test
    void wrongUseIsAnError() {
        var pool = new BlockPool(1, 16);
        assertThatThrownBy(() -> pool.release(0)).hasMessage("block 0 is free already");
        assertThatThrownBy(() -> pool.retain(0)).hasMessageContaining("block 0 is free and holds nothing");
        assertThatThrownBy(() -> pool.publish(0, key(1))).hasMessageContaining("nothing in it to publish");
        pool.publish(pool.allocate(), key(1));
        assertThatThrownBy(pool::allocate).hasMessage("all 1 blocks are in use; ask free() before");
        assertThatThrownBy(() -> pool.publish(0, key(2))).hasMessageContaining("another key");
        assertThatThrownBy(() -> new BlockPool(0, 16)).hasMessageContaining("not 0 of 16");
    }

    /// One call of the pool: of which kind, and on which block or key.
    record Call(int kind, int which) {}

    @Provide
    Arbitrary<List<Call>> calls() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(0, 7))
                .as(Call::new)
                .list()
                .ofMaxSize(200);
    }

    /// The pool as its documentation says it is, by maps and lists alone.
    private static final class Slow {
        private final int[] users = new int[8];
        private final Map<Integer, PrefixKey> keys = new HashMap<>();
        private final List<Integer> line = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));

        int find(PrefixKey key) {
            return keys.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(key))
                    .map(Map.Entry::getKey)
                    .findAny()
                    .orElse(BlockPool.NONE);
        }

        void release(int block) {
            if (--users[block] == 0) {
                line.add(keys.containsKey(block) ? line.size() : 0, block);
            }
        }
    }

    @Property
    void itIsThePoolOfItsDocumentation(@ForAll("calls") List<Call> calls) {
        var pool = new BlockPool(8, 4);
        var slow = new Slow();
        for (Call call : calls) {
            int block = call.which();
            switch (call.kind()) {
                case 0 -> {
                    if (!slow.line.isEmpty()) {
                        int next = slow.line.removeFirst();
                        slow.keys.remove(next);
                        slow.users[next] = 1;
                        assertThat(pool.allocate()).isEqualTo(next);
                    }
                }
                case 1 -> {
                    if (slow.users[block] > 0) {
                        slow.release(block);
                        pool.release(block);
                    }
                }
                case 2 -> {
                    int found = slow.find(key(block));
                    assertThat(pool.find(key(block))).isEqualTo(found);
                    if (found != BlockPool.NONE) {
                        slow.line.remove(/* element */ (Integer) found);
                        slow.users[found]++;
                        pool.retain(found);
                    }
                }
                case 3 -> {
                    int user = slow.users[block] > 0 ? block : slow.users[0] > 0 ? 0 : BlockPool.NONE;
                    if (user != BlockPool.NONE && !slow.keys.containsKey(user)) {
                        int found = slow.find(key(block));
                        if (found == BlockPool.NONE) {
                            slow.keys.put(user, key(block));
                        }
                        assertThat(pool.publish(user, key(block))).isEqualTo(found == BlockPool.NONE ? user : found);
                    }
                }
                default -> {
                    if (block == 0) {
                        pool.forgetAll();
                        var waiting = new LinkedHashMap<>(slow.keys);
                        slow.keys.clear();
                        for (int number = 0; number < 8; number++) {
                            if (waiting.containsKey(number) && slow.users[number] == 0) {
                                slow.line.remove(/* element */ (Integer) number);
                                slow.line.addFirst(number);
                            }
                        }
                    }
                }
            }
            assertThat(pool.free()).isEqualTo(slow.line.size());
            assertThat(pool.used()).isEqualTo(8 - slow.line.size());
            assertThat(pool.cached()).isEqualTo(slow.keys.size());
            for (int number = 0; number < 8; number++) {
                assertThat(pool.users(number)).isEqualTo(slow.users[number]);
                assertThat(pool.isPublished(number)).isEqualTo(slow.keys.containsKey(number));
            }
        }
    }
}
