package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.triples.Triples;
import java.util.List;

/// A small graph that grows: a grid whose relations are steps, of which the second snapshot adds another
/// half.
final class Grid {
    private static final int WIDTH = 5;
    private static final int HALF = 25;

    private Grid() {}

    static Training training(long seed) {
        return training(seed, 0.02);
    }

    static Training training(long seed, double rate) {
        return new Training(Mode.CODE, 30, 4, 5, 32, rate, 40, new Stopping(40, 5, 0), seed);
    }

    /// Two halves of a grid with steps right and down of one and two; each seventh fact is tested, of the
    /// others each eleventh chooses.
    static List<Snapshot> snapshots(Selection selection) {
        var graph = new GrowingGraph(selection);
        int number = 0;
        for (int half = 0; half < 2; half++) {
            var train = new Triples.Builder();
            var valid = new Triples.Builder();
            var test = new Triples.Builder();
            for (int from = half * HALF; from < (half + 1) * HALF; from++) {
                for (int relation = 0; relation < 4; relation++) {
                    int by = relation % 2 + 1;
                    int to = relation < 2 ? from + by : from + by * WIDTH;
                    boolean there = relation < 2 ? to / WIDTH == from / WIDTH : to < (half + 1) * HALF;
                    if (there) {
                        number++;
                        (number % 7 == 0 ? test : number % 11 == 0 ? valid : train).add(from, relation, to);
                    }
                }
            }
            graph.add(train.build(), valid.build(), test.build());
        }
        return graph.snapshots();
    }
}
