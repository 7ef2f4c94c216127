package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// FastKGE: what is known stays as it is, and new rows are low-rank products on top of random ones ([Liu
/// et al. 2024](https://arxiv.org/abs/2407.05705)).
///
/// New entities stand in a row by how far they are from what was known ([Layers]) and then by their
/// degree centrality, and are cut into groups of equal size, each a [LowRank] of its own. A group's rank
/// is in proportion to the sum of its centralities, and 0.9 times the mean rank at least.
///
/// @param entityRank mean rank of the groups of entities; a twentieth of a group's size where that is
///     more
/// @param relationRank rank of the new relations
/// @param groups into which new entities are cut
/// @param rate Adam's for the factors; the first snapshot has no factors and the training's rate
public record FastKge(int entityRank, int relationRank, int groups, double rate) implements Method {
    private static final double LEAST = 0.9; // of the mean rank
    private static final int ROWS_A_RANK = 20;

    public FastKge {
        Stopping.require(entityRank, "entityRank");
        Stopping.require(relationRank, "relationRank");
        Stopping.require(groups, "groups");
        if (!(rate > 0)) {
            throw new IllegalArgumentException("rate is above 0, not " + rate);
        }
    }

    /// The settings of the authors' script.
    public static FastKge official() {
        return new FastKge(150, 20, 2, 0.1);
    }

    @Override
    public String name() {
        return "fastkge";
    }

    /// Batches of 1024, until three epochs are no better.
    @Override
    public Training training(long seed) {
        return new Training(Mode.CODE, 200, 8, 10, 1024, 1e-4, 200, new Stopping(3, Stopping.ALL, 0), seed);
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return assignment.state().entities() == 0 ? new NewFacts(assignment) : new Learning(this, assignment);
    }

    /// {@return the groups of new entities, each with the rank of its product}
    List<Group> cut(Facts facts, int known, int entities) {
        var layers = Layers.plain(facts, known, entities);
        var graph = Neighbours.of(facts, entities);
        List<Integer> row = IntStream.range(known, entities)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(layers::of).thenComparingDouble(graph::centrality))
                .toList();
        int size = (row.size() + groups - 1) / groups;
        int mean = Math.max(1, Math.max(entityRank, size / ROWS_A_RANK) / groups);
        List<List<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < row.size(); from += size) {
            parts.add(row.subList(from, Math.min(row.size(), from + size)));
        }
        double all = sum(row, graph) / Math.max(1, parts.size());
        return parts.stream()
                .map(part -> new Group(part, rank(mean, all > 0 ? sum(part, graph) / all : 1)))
                .toList();
    }

    private static double sum(List<Integer> entities, Neighbours graph) {
        return entities.stream().mapToDouble(graph::centrality).sum();
    }

    private static int rank(int mean, double share) {
        return Math.max(1, (int) Math.max(LEAST * mean, share * mean));
    }

    /// Some entities and the rank of their product.
    record Group(List<Integer> rows, int rank) {}

    private static final class Learning implements Lesson {
        private final Assignment assignment;
        private final List<LowRank> ofEntities;
        private final List<LowRank> ofRelations;

        Learning(FastKge method, Assignment assignment) {
            this.assignment = assignment;
            Snapshot snapshot = assignment.snapshot();
            State state = assignment.state();
            SplittableRandom random = assignment.random();
            Vectors at = assignment.opened();
            this.ofEntities = method.cut(snapshot.train(), state.entities(), snapshot.entities()).stream()
                    .map(group -> new LowRank(at.entities(), ints(group.rows()), group.rank(), method.rate, random))
                    .toList();
            int[] relations =
                    IntStream.range(state.relations(), snapshot.relations()).toArray();
            this.ofRelations = relations.length == 0
                    ? List.of()
                    : List.of(new LowRank(at.relations(), relations, method.relationRank, method.rate, random));
        }

        private static int[] ints(List<Integer> numbers) {
            return numbers.stream().mapToInt(e -> e).toArray();
        }

        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return assignment.snapshot().train().withInverses();
        }

        @Override
        public Facts valid() {
            return assignment.snapshot().valid();
        }

        @Override
        public Optimizer optimizer(Training training) {
            return new Optimizer() {
                @Override
                public void step(Vectors at, Vectors gradient, Crew crew) {
                    ofEntities.forEach(group -> group.step(at.entities(), gradient.entities(), crew));
                    ofRelations.forEach(group -> group.step(at.relations(), gradient.relations(), crew));
                }

                @Override
                public Map<String, double[]> parts() {
                    var parts = new TreeMap<String, double[]>();
                    for (int i = 0; i < ofEntities.size(); i++) {
                        put(parts, "entities." + i + ".", ofEntities.get(i));
                    }
                    for (int i = 0; i < ofRelations.size(); i++) {
                        put(parts, "relations." + i + ".", ofRelations.get(i));
                    }
                    return parts;
                }
            };
        }

        private static void put(Map<String, double[]> parts, String prefix, LowRank group) {
            group.parts().forEach((name, array) -> parts.put(prefix + name, array));
        }

        @Override
        public State end(Vectors best) {
            return assignment.state().next(best);
        }
    }
}
