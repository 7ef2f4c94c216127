package dev.mokha.serve.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.serve.encode.CallQueue.Pick;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Who is computed with whom.
final class CallQueueTest {
    private static ServedEncoder[] encoders = {};

    @BeforeContainer
    static void open() throws Exception {
        var folders = ToyEncoders.write(Files.createTempDirectory("toys"));
        encoders = folders.entrySet().stream()
                .limit(2)
                .map(one -> ServedEncoder.open(one.getKey(), one.getValue(), EncodeOptions.DEFAULT))
                .toArray(ServedEncoder[]::new);
    }

    @AfterContainer
    static void close() {
        for (ServedEncoder encoder : encoders) {
            encoder.close();
        }
    }

    private static Call call(int encoder, List<Integer> lengths) {
        return new Call(
                encoders[encoder],
                lengths.stream().map(length -> Sequence.of(new int[length])).toList(),
                0,
                _ -> {});
    }

    @Property(tries = 200)
    void everySequenceIsPickedOnceWithinTheBudget(
            @ForAll @Size(min = 1, max = 12)
                    List<@Size(min = 1, max = 9) List<@IntRange(min = 1, max = 40) Integer>> all,
            @ForAll @IntRange(min = 1, max = 90) int budget) {
        var queue = new CallQueue();
        var calls = new ArrayList<Call>();
        int sequences = 0;
        for (int i = 0; i < all.size(); i++) {
            calls.add(call(i % 2, all.get(i)));
            queue.add(calls.get(i));
            sequences += all.get(i).size();
        }
        var seen = new HashSet<Pick>();
        Map<Call, Integer> waited = new HashMap<>();
        while (!queue.isEmpty()) {
            List<Call> before = queue.all();
            List<Pick> picks = queue.gather(budget, 1);
            int tokens = picks.stream()
                    .mapToInt(pick -> pick.call().sequence(pick.index()).length())
                    .sum();
            assertThat(picks).isNotEmpty();
            assertThat(tokens <= budget || picks.size() == 1).isTrue();
            assertThat(picks)
                    .allMatch(pick -> pick.call().encoder() == before.getFirst().encoder());
            assertThat(picks.getFirst().call()).isSameAs(before.getFirst());
            picks.forEach(pick -> assertThat(seen.add(pick)).isTrue());
            for (Call call : before) { // nobody stays where it is for longer than there are others before it
                boolean took = picks.stream().anyMatch(pick -> pick.call() == call);
                int passes = took ? 0 : waited.getOrDefault(call, 0) + 1;
                assertThat(passes).isLessThan(calls.size());
                waited.put(call, passes);
            }
        }
        assertThat(seen).hasSize(sequences);
        assertThat(calls).allMatch(call -> call.left() == 0);
    }

    @Example
    void aShortCallDoesNotWaitForALongOne() {
        var queue = new CallQueue();
        Call big = call(0, List.of(10, 10, 10, 10, 10, 10));
        Call small = call(0, List.of(3));
        queue.add(big);
        queue.add(small);
        assertThat(queue.gather(25, 0)).containsExactly(new Pick(big, 0), new Pick(small, 0), new Pick(big, 1));
        assertThat(queue.all()).containsExactly(big);
        assertThat(big.hasBegun()).isTrue();
    }

    @Example
    void theLongestOfACallAreFirstSoThatAPassHasLikeLengths() {
        Call call = call(0, List.of(2, 9, 5));
        assertThat(Objects.requireNonNull(call.next()).length()).isEqualTo(9);
        assertThat(call.begin(0)).isEqualTo(1);
        assertThat(call.begin(0)).isEqualTo(2);
        assertThat(call.begin(0)).isZero();
        assertThat(call.next()).isNull();
    }
}
