package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.store.Surroundings.Which;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is found by index against a walk over all facts.
final class SurroundingsTest {
    private static final int DAYS = 3;
    private static final int ENTITIES = 12;

    @TempDir
    private Path folder;

    private record Came(Triple triple, Split split, int day) {}

    private final List<Came> held = new ArrayList<>(); // what holds now
    private GraphStore store;

    @BeforeEach
    void fill() {
        store = GraphStore.create(folder.resolve("graph.db"));
        var random = new SplittableRandom(4);
        for (int day = 0; day < DAYS; day++) {
            try (var writer = store.write()) {
                writer.begin("day " + day);
                for (int i = 0; i < ENTITIES && day == 0; i++) {
                    writer.mention("e" + i, "an entity", 0); // numbers in order
                }
                for (int i = 0; i < 60; i++) {
                    if (i % 6 == 5) {
                        writer.remove(fact(held.remove(random.nextInt(held.size())).triple));
                        continue;
                    }
                    // the first two tell the relations' numbers
                    int relation = day == 0 && i < 2 ? i : random.nextInt(2);
                    var triple = new Triple(random.nextInt(ENTITIES), relation, random.nextInt(ENTITIES));
                    var came = new Came(triple, Split.of(random.nextInt(3)), day);
                    if (held.stream().noneMatch(one -> one.triple.equals(triple))) {
                        writer.fact(fact(triple), i, "", came.split);
                        held.add(came);
                    }
                }
                writer.commit();
            }
        }
    }

    private static Fact fact(Triple triple) {
        return new Fact("e" + triple.head(), "r" + triple.relation(), "e" + triple.tail());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void answersAreThoseOfAllFacts() {
        for (int e = 0; e < ENTITIES; e++) {
            for (int r = 0; r < 2; r++) {
                Set<Integer> tails = new HashSet<>();
                store.surroundings().tails(e, r, Which.ALL, tails::add);
                Set<Integer> heads = new HashSet<>();
                store.surroundings().heads(r, e, Which.ALL, heads::add);
                Set<Integer> rightTails = new HashSet<>();
                Set<Integer> rightHeads = new HashSet<>();
                for (Came one : held) {
                    if (one.triple.relation() == r && one.triple.head() == e) {
                        rightTails.add(one.triple.tail());
                    }
                    if (one.triple.relation() == r && one.triple.tail() == e) {
                        rightHeads.add(one.triple.head());
                    }
                }
                assertThat(tails).isEqualTo(rightTails);
                assertThat(heads).isEqualTo(rightHeads);
                for (int o = 0; o < ENTITIES; o++) {
                    assertThat(store.surroundings().holds(e, r, o)).isEqualTo(rightTails.contains(o));
                }
            }
        }
    }

    @Test
    void answersOfAnEarlierSnapshotAreThoseThatHeldThen() {
        for (int day = 0; day < DAYS; day++) {
            for (boolean validation : new boolean[] {true, false}) {
                var which = new Which(day, validation);
                Set<Triple> right = new HashSet<>(store.facts(day, Split.TRAIN));
                right.addAll(store.facts(day, Split.TEST));
                if (validation) {
                    right.addAll(store.facts(day, Split.VALID));
                }
                Set<Triple> byHead = new HashSet<>();
                Set<Triple> byTail = new HashSet<>();
                for (int e = 0; e < ENTITIES; e++) {
                    for (int r = 0; r < 2; r++) {
                        int here = e;
                        int relation = r;
                        store.surroundings().tails(e, r, which, t -> byHead.add(new Triple(here, relation, t)));
                        store.surroundings().heads(r, e, which, h -> byTail.add(new Triple(h, relation, here)));
                    }
                }
                assertThat(byHead).isEqualTo(right);
                assertThat(byTail).isEqualTo(right);
            }
        }
    }

    @Test
    void aSnapshotsFactsAreThoseOfItsDelta() {
        var ended = new HashSet<Triple>();
        for (int day = 0; day < DAYS; day++) {
            for (Split split : Split.values()) {
                assertThat(store.surroundings().came(split, day, day))
                        .isEqualTo(store.delta(day).added(split));
                assertThat(store.facts(DAYS - 1, split))
                        .containsAll(store.surroundings().came(split, day, DAYS - 1));
                ended.addAll(store.surroundings().ended(split, day));
            }
        }
        assertThat(ended).hasSizeGreaterThan(10);
        for (Triple one : ended) {
            assertThat(List.of(0, 1))
                    .anyMatch(day -> List.of(Split.values()).stream()
                            .anyMatch(split -> store.facts(day, split).contains(one)));
        }
    }

    @Test
    void whatIsLearnedAboutAnEntityIsCountedOnce() {
        for (int e = 0; e < ENTITIES; e++) {
            int entity = e;
            for (int day = 0; day < DAYS; day++) {
                int until = day;
                long right = 0;
                for (Came one : held) {
                    boolean touches = one.triple.head() == entity || one.triple.tail() == entity;
                    right += one.split == Split.TRAIN && one.day <= until && touches ? 1 : 0;
                }
                assertThat(store.surroundings().learned(entity, day, 1000)).hasSize((int) right);
                assertThat(store.surroundings().learned(entity, day, 2)).hasSize((int) Math.min(2, right));
            }
        }
        assertThat(store.surroundings().used(0, 2)).isTrue();
        assertThat(store.surroundings().used(9, 2)).isFalse();
    }

    @Test
    void drawnFactsAreOfTheirUseAndEachComesOnce() {
        var random = new SplittableRandom(1);
        for (int wanted : new int[] {1, 7, 1000}) {
            Set<Triple> drawn = new HashSet<>();
            int found = store.surroundings().draw(Split.TRAIN, DAYS, wanted, random, (h, r, t, first) -> {
                assertThat(drawn.add(new Triple(h, r, t))).isTrue();
                assertThat(first).isBetween(0, DAYS - 1);
            });
            assertThat(drawn).hasSize(found);
            long there = held.stream().filter(one -> one.split == Split.TRAIN).count();
            assertThat(found).isEqualTo((int) Math.min(wanted, there));
        }
        assertThat(store.surroundings().draw(Split.TEST, 0, 10, random, (_, _, _, _) -> {}))
                .isZero();
    }
}
