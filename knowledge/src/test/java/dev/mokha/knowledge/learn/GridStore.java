package dev.mokha.knowledge.learn;

import dev.mokha.knowledge.lifelong.GrowingGraph;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Stopping;
import dev.mokha.knowledge.lifelong.Training;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.knowledge.triples.Triples;
import java.util.EnumMap;
import java.util.Map;

/// A graph that grows: a grid whose relations are steps right and down of one and two, and each snapshot
/// brings
/// another part of it, joined to the one before.
final class GridStore {
    static final int PARTS = 3;

    private static final int WIDTH = 5;
    private static final int PART = 25;

    private GridStore() {}

    static LearningSettings settings(String method, int epochs) {
        var training = new Training(Mode.CODE, 12, 4, 5, 32, 0.02, epochs, new Stopping(40, 5, 0), 3);
        return LearningSettings.of(method, "ENTITY", Selection.VALID, training);
    }

    /// The facts of a part by their use; each seventh is tested, of the others each eleventh chooses.
    static Map<Split, Triples> part(int part) {
        Map<Split, Triples.Builder> facts = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            facts.put(split, new Triples.Builder());
        }
        int number = 0;
        for (int to = part * PART; to < (part + 1) * PART; to++) {
            for (int relation = 0; relation < 4; relation++) {
                int by = relation % 2 + 1;
                int from = relation < 2 ? to - by : to - by * WIDTH;
                if (from >= 0 && (relation >= 2 || to / WIDTH == from / WIDTH)) {
                    number++;
                    Split split = number % 7 == 0 ? Split.TEST : number % 11 == 0 ? Split.VALID : Split.TRAIN;
                    facts.get(split).add(from, relation, to);
                }
            }
        }
        Map<Split, Triples> built = new EnumMap<>(Split.class);
        facts.forEach((split, builder) -> built.put(split, builder.build()));
        return built;
    }

    static Fact fact(int head, int relation, int tail) {
        return new Fact("e" + head, "r" + relation, "e" + tail);
    }

    /// Writes a part as a snapshot: facts to learn first, so that the store numbers as [GrowingGraph] does.
    static void write(SnapshotWriter writer, int part) {
        writer.begin("part " + part);
        part(part).forEach((split, facts) -> facts.forEach(
                one -> writer.fact(fact(one.head(), one.relation(), one.tail()), 1, "", split)));
    }

    static GrowingGraph plain() {
        var graph = new GrowingGraph(Selection.VALID);
        for (int part = 0; part < PARTS; part++) {
            Map<Split, Triples> facts = part(part);
            graph.add(facts.get(Split.TRAIN), facts.get(Split.VALID), facts.get(Split.TEST));
        }
        return graph;
    }
}
