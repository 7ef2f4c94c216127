package dev.mokha.knowledge.store;

import static org.assertj.core.api.Assertions.assertThat;

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

    private final List<List<Triple>> came = new ArrayList<>(); // by split, what holds now
    private final List<Integer> since = new ArrayList<>(); // of those to learn from
    private GraphStore store;

    @BeforeEach
    void fill() {
        store = GraphStore.create(folder.resolve("graph.db"));
        for (Split _ : Split.values()) {
            came.add(new ArrayList<>());
        }
        var random = new SplittableRandom(4);
        var all = new HashSet<Triple>();
        for (int day = 0; day < DAYS; day++) {
            try (var writer = store.write()) {
                writer.begin("day " + day);
                for (int i = 0; i < ENTITIES && day == 0; i++) {
                    writer.mention("e" + i, "an entity", 0); // numbers in order
                }
                for (int i = 0; i < 60; i++) {
                    var triple = new Triple(random.nextInt(ENTITIES), random.nextInt(2), random.nextInt(ENTITIES));
                    Split split = Split.of(random.nextInt(3));
                    var fact = new Fact("e" + triple.head(), "r" + triple.relation(), "e" + triple.tail());
                    if (i % 10 == 9 && all.contains(triple)) {
                        writer.remove(fact);
                        all.remove(triple);
                        came.forEach(of -> {
                            int at = of.indexOf(triple);
                            if (at >= 0 && of == came.getFirst()) {
                                since.remove(at);
                            }
                            of.remove(triple);
                        });
                    } else if (all.add(triple)) {
                        writer.fact(fact, i, "", split);
                        came.get(split.number()).add(triple);
                        if (split == Split.TRAIN) {
                            since.add(day);
                        }
                    }
                }
                writer.commit();
            }
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void answersAreThoseOfAllFacts() {
        // relations are numbered by first appearance
        int r0 = store.relation("r0").orElseThrow();
        int r1 = store.relation("r1").orElseThrow();
        for (int e = 0; e < ENTITIES; e++) {
            for (int r = 0; r < 2; r++) {
                Set<Integer> tails = new HashSet<>();
                store.surroundings().tails(e, r == 0 ? r0 : r1, tails::add);
                Set<Integer> heads = new HashSet<>();
                store.surroundings().heads(r == 0 ? r0 : r1, e, heads::add);
                Set<Integer> rightTails = new HashSet<>();
                Set<Integer> rightHeads = new HashSet<>();
                for (List<Triple> of : came) {
                    for (Triple t : of) {
                        if (t.relation() == r && t.head() == e) {
                            rightTails.add(t.tail());
                        }
                        if (t.relation() == r && t.tail() == e) {
                            rightHeads.add(t.head());
                        }
                    }
                }
                assertThat(tails).isEqualTo(rightTails);
                assertThat(heads).isEqualTo(rightHeads);
                for (int o = 0; o < ENTITIES; o++) {
                    assertThat(store.surroundings().holds(e, r == 0 ? r0 : r1, o))
                            .isEqualTo(rightTails.contains(o));
                }
            }
        }
    }

    @Test
    void whatIsLearnedAboutAnEntityIsCountedOnce() {
        for (int e = 0; e < ENTITIES; e++) {
            int entity = e;
            for (int day = 0; day < DAYS; day++) {
                int until = day;
                long right = 0;
                for (int i = 0; i < since.size(); i++) {
                    Triple t = came.getFirst().get(i);
                    right += since.get(i) <= until && (t.head() == entity || t.tail() == entity) ? 1 : 0;
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
            assertThat(found).isEqualTo(Math.min(wanted, came.getFirst().size()));
        }
        assertThat(store.surroundings().draw(Split.TEST, 0, 10, random, (_, _, _, _) -> {}))
                .isZero();
    }
}
