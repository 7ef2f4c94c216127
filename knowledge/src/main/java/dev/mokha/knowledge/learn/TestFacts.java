package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.store.Surroundings;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Test facts of one snapshot that still held in a later one.
///
/// @param snapshot that brought them
/// @param facts by the graph's numbers; all of them, or some that were drawn
record TestFacts(int snapshot, Triples facts) {
    /// {@return those of all snapshots up to one, its own last; of earlier ones at most so many together,
    /// drawn from all}
    static List<TestFacts> upTo(int number, int most, Surroundings surroundings, SplittableRandom random) {
        var tests = new ArrayList<TestFacts>();
        if (most == Integer.MAX_VALUE) {
            for (int i = 0; i < number; i++) {
                add(tests, i, surroundings.came(Split.TEST, i, number));
            }
        } else {
            Map<Integer, Triples.Builder> drawn = new TreeMap<>();
            surroundings.draw(
                    Split.TEST,
                    number,
                    most,
                    random,
                    (head, relation, tail, since) -> drawn.computeIfAbsent(since, _ -> new Triples.Builder())
                            .add(head, relation, tail));
            drawn.forEach((snapshot, facts) -> add(tests, snapshot, facts.build()));
        }
        add(tests, number, surroundings.came(Split.TEST, number, number));
        return tests;
    }

    private static void add(List<TestFacts> tests, int snapshot, Triples facts) {
        if (!facts.isEmpty()) {
            tests.add(new TestFacts(snapshot, facts));
        }
    }
}
