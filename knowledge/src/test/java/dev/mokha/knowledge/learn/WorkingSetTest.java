package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.store.Delta;
import dev.mokha.knowledge.triples.Triples;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class WorkingSetTest {
    private static final Triples NONE = new Triples.Builder().build();

    @Property(tries = 300)
    void whatIsNeededIsThereInOrderAndThePoolIsFull(
            @ForAll @IntRange(min = 1, max = 60) int before,
            @ForAll @IntRange(max = 9) int fresh,
            @ForAll @IntRange(max = 70) int pool,
            @ForAll @IntRange(max = 8) int facts,
            @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var needed = new Triples.Builder();
        for (int i = 0; i < facts; i++) {
            needed.add(random.nextInt(before + fresh), random.nextInt(3), random.nextInt(before + fresh));
        }
        Triples some = needed.build();
        var set = WorkingSet.of(delta(before, before + fresh), List.of(some), pool, random);
        WorkingSet.Numbering entities = set.entities();
        for (int i = 0; i < entities.size(); i++) {
            assertThat(entities.here(entities.inGraph(i))).isEqualTo(i);
            assertThat(entities.inGraph(i) < before).isEqualTo(i < entities.known());
            assertThat(i == 0 || entities.inGraph(i - 1) < entities.inGraph(i)).isTrue();
        }
        assertThat(entities.size() - entities.known()).isEqualTo(fresh);
        assertThat(entities.known()).isBetween(Math.min(pool, before), before);
        assertThat(entities.isWhole()).isEqualTo(entities.size() == before + fresh);
        if (pool >= before) {
            assertThat(entities.isWhole()).isTrue();
        }
        for (int i = 0; i < facts; i++) {
            assertThat(entities.inGraph(set.facts(some).subject(i))).isEqualTo(some.head(i));
            assertThat(entities.inGraph(set.facts(some).object(i))).isEqualTo(some.tail(i));
            assertThat(set.relations().inGraph(set.facts(some).relation(i) / 2)).isEqualTo(some.relation(i));
        }
    }

    @Test
    void whatIsNotWorkedWithIsNotFound() {
        var set = WorkingSet.of(delta(1000, 1000), List.of(NONE), 1, new SplittableRandom(1));
        assertThat(set.entities().size()).isOne();
        int there = set.entities().inGraph(0);
        assertThat(set.entities().find(there)).isZero();
        assertThat(set.entities().find(there + 1)).isNegative();
        assertThatThrownBy(() -> set.entities().here(there + 1)).hasMessageContaining("not worked with");
    }

    private static Delta delta(int before, int now) {
        return new Delta(1, NONE, NONE, NONE, NONE, before, now, 3, 3);
    }
}
