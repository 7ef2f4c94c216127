package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.graph.Facts;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// Which facts are learned again, against counting in loops.
final class NearbyTest {
    private static final int FACTS = 400;
    private static final int RELATIONS = 3;

    @Property(tries = 60)
    void whatIsNewAndWhatIsAroundItIsChosenAndSoManyOthers(
            @ForAll @IntRange(min = 20, max = 200) int entities,
            @ForAll @IntRange(min = 0, max = 5) int fresh,
            @ForAll @IntRange(min = 0, max = 3) int ended,
            @ForAll @DoubleRange(min = 0, max = 3) double rehearsal,
            @ForAll long seed) {
        var random = new Random(seed);
        Facts all = draw(FACTS, entities, random);
        Facts gone = draw(ended, entities, random);
        var change = new Nearby.Change(fresh, gone);
        Set<List<Integer>> near = set(Nearby.of(all, change, 0, new SplittableRandom(seed)));
        Facts chosen = Nearby.of(all, change, rehearsal, new SplittableRandom(seed));
        assertThat(set(chosen)).containsAll(near);
        int nearby = Nearby.of(all, change, 0, new SplittableRandom(seed)).size();
        assertThat(chosen.size()).isEqualTo((int) Math.min(FACTS, nearby + Math.round(rehearsal * nearby)));

        Set<Integer> touched = new HashSet<>();
        for (int i = FACTS - fresh; i < FACTS; i++) {
            assertThat(near).contains(fact(all, i));
            touched.add(all.subject(i));
            touched.add(all.object(i));
        }
        for (int i = 0; i < ended; i++) {
            touched.add(gone.subject(i));
            touched.add(gone.object(i));
        }
        for (List<Integer> fact : near) {
            assertThat(touched.contains(fact.get(0)) || touched.contains(fact.get(2)))
                    .isTrue();
        }
        for (int entity : touched) {
            long there = set(all).stream().filter(it -> isAbout(it, entity)).count();
            long here = near.stream().filter(it -> isAbout(it, entity)).count();
            assertThat(here).isGreaterThanOrEqualTo(Math.min(there, Nearby.AROUND));
        }
        for (int i = 0; i < ended; i++) {
            requireAsked(all, near, gone.subject(i), gone.relation(i));
            requireAsked(all, near, gone.object(i), gone.relation(i) ^ 1);
        }
    }

    /// A question that lost an answer is asked again where it has another.
    private static void requireAsked(Facts all, Set<List<Integer>> near, int subject, int relation) {
        boolean has = set(all).stream().anyMatch(it -> answers(it, subject, relation));
        assertThat(near.stream().anyMatch(it -> answers(it, subject, relation))).isEqualTo(has);
    }

    private static boolean answers(List<Integer> fact, int subject, int relation) {
        return (fact.get(0) == subject && fact.get(1) == relation)
                || (fact.get(2) == subject && (fact.get(1) ^ 1) == relation);
    }

    private static boolean isAbout(List<Integer> fact, int entity) {
        return fact.get(0) == entity || fact.get(2) == entity;
    }

    /// Facts that differ.
    private static Facts draw(int count, int entities, Random random) {
        Set<List<Integer>> drawn = new LinkedHashSet<>();
        while (drawn.size() < count) {
            drawn.add(List.of(random.nextInt(entities), 2 * random.nextInt(RELATIONS), random.nextInt(entities)));
        }
        return Facts.of(column(drawn, 0), column(drawn, 1), column(drawn, 2));
    }

    private static int[] column(Set<List<Integer>> facts, int column) {
        return facts.stream().mapToInt(it -> it.get(column)).toArray();
    }

    private static Set<List<Integer>> set(Facts facts) {
        Set<List<Integer>> set = new HashSet<>();
        for (int i = 0; i < facts.size(); i++) {
            set.add(fact(facts, i));
        }
        return set;
    }

    private static List<Integer> fact(Facts facts, int i) {
        return List.of(facts.subject(i), facts.relation(i), facts.object(i));
    }
}
