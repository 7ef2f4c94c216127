package dev.mokha.serve.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    void aThreadGoesThroughItsOwnShareAndThenTakesTheLastOfTheRichest() {
        var shares = new Shares(2);
        shares.deal(8);
        assertThat(shares.take(0)).isZero();
        assertThat(shares.take(1)).isEqualTo(4);
        assertThat(List.of(shares.take(0), shares.take(0), shares.take(0))).containsExactly(1, 2, 3);
        assertThat(shares.take(0)).isEqualTo(7);
        assertThat(shares.take(1)).isEqualTo(5);
        assertThat(shares.take(0)).isEqualTo(6);
        assertThat(shares.take(0)).isEqualTo(-1);
        assertThat(shares.take(1)).isEqualTo(-1);
    }

    @Test
    void nothingIsLeftOfSharesThatWereCleared() {
        var shares = new Shares(3);
        shares.deal(9);
        shares.clear();
        assertThat(shares.take(2)).isEqualTo(-1);
    }

    @Property(tries = 50)
    void everyPartIsTakenOnceWhateverTheThreadsDo(
            @ForAll @IntRange(min = 1, max = 4) int threads, @ForAll @IntRange(min = 0, max = 300) int parts)
            throws InterruptedException {
        var shares = new Shares(threads);
        shares.deal(parts);
        var taken = new ConcurrentLinkedQueue<Integer>();
        var running = new ArrayList<Thread>();
        for (int thread = 0; thread < threads; thread++) {
            int own = thread;
            running.add(Thread.ofPlatform().start(() -> {
                for (int part = shares.take(own); part >= 0; part = shares.take(own)) {
                    taken.add(part);
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(taken.stream().sorted())
                .isEqualTo(IntStream.range(0, parts).boxed().toList());
    }
}
