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

/// A graph that grows: a grid whose relations are steps right and down of one and two, and each snapshot
/// brings another part of it, joined to the one before.
final class GridStore {
    static final int PARTS = 3;

    private static final int WIDTH = 5;
    private static final int PART = 25;

    private GridStore() {}

    static LearningSettings settings(String method, int epochs) {
        var training = new Training(Mode.CODE, 12, 4, 5, 32, 0.02, epochs, new Stopping(40, 5, 0), 3);
        return LearningSettings.of(method, "ENTITY", Selection.VALID, training);
    }

    /// The facts of a part by their use.
    record Cut(Triples train, Triples valid, Triples test) {
        Triples of(Split split) {
            return switch (split) {
                case TRAIN -> train;
                case VALID -> valid;
                case TEST -> test;
            };
        }
    }

    /// The facts of a part; each seventh is tested, of the others each eleventh chooses.
    static Cut part(int part) {
        var train = new Triples.Builder();
        var valid = new Triples.Builder();
        var test = new Triples.Builder();
        int number = 0;
        for (int to = part * PART; to < (part + 1) * PART; to++) {
            for (int relation = 0; relation < 4; relation++) {
                int by = relation % 2 + 1;
                int from = relation < 2 ? to - by : to - by * WIDTH;
                if (from >= 0 && (relation >= 2 || to / WIDTH == from / WIDTH)) {
                    number++;
                    (number % 7 == 0 ? test : number % 11 == 0 ? valid : train).add(from, relation, to);
                }
            }
        }
        return new Cut(train.build(), valid.build(), test.build());
    }

    static Fact fact(int head, int relation, int tail) {
        return new Fact("e" + head, "r" + relation, "e" + tail);
    }

    /// Writes a part as a snapshot: facts to learn first, so that the store numbers as [GrowingGraph] does.
    static void write(SnapshotWriter writer, int part) {
        writer.begin("part " + part);
        for (Split split : Split.values()) {
            part(part)
                    .of(split)
                    .forEach(one -> writer.fact(fact(one.head(), one.relation(), one.tail()), 1, "", split));
        }
    }

    static GrowingGraph plain() {
        var graph = new GrowingGraph(Selection.VALID);
        for (int part = 0; part < PARTS; part++) {
            Cut cut = part(part);
            graph.add(cut.train, cut.valid, cut.test);
        }
        return graph;
    }
}
