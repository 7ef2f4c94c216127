package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.AskedRanker;
import dev.mokha.knowledge.rank.Ranker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/// LAN: learns in the first snapshot how neighbours make up an entity, each weighed by what is asked, and
/// nothing after it ([Wang et al. 2019](https://arxiv.org/abs/1811.01399), as LKGE's program compares it).
///
/// The state's vectors are what [LanAggregator] makes vectors of. A new entity's is random, and so is a new
/// relation's, which projects nothing and asks nothing of its own. An entity keeps the edges of the
/// snapshot
/// that brought it. [LogicAttention] counts the first snapshot's facts.
public record Lan() implements Method {
    private static final String COUNTED = "lan.counted"; // facts of the first snapshot
    private static final String EDGES = "lan.edges"; // to entities

    @Override
    public String name() {
        return "lan";
    }

    @Override
    public State opened(Assignment assignment) {
        return begin(assignment).end(assignment.opened());
    }

    @Override
    public Optional<AskedVectors> asked(Supplier<State> known, Mode mode, Crew crew) {
        State state = known.get();
        return Optional.of(new LanVectors(
                aggregator(state, mode, crew), LanState.tables(state).inputs().dim(), crew));
    }

    private static LanAggregator aggregator(State state, Mode mode, Crew crew) {
        var edges = NearEdges.of(state.facts(EDGES), state.entities(), state.relations());
        return new LanAggregator(
                edges, new LogicAttention(state.facts(COUNTED), edges, mode), LanState.tables(state), crew);
    }

    private static Facts edges(Snapshot snapshot, int from) {
        return NearEdges.draw(
                        snapshot.train(),
                        snapshot.entities(),
                        snapshot.relations(),
                        new SplittableRandom(snapshot.number()))
                .facts(from);
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return assignment.state().entities() == 0 ? new Learning(assignment) : new Nothing(assignment);
    }

    private record Nothing(Assignment assignment) implements Lesson {
        @Override
        public Vectors start() {
            return assignment.opened();
        }

        @Override
        public Facts train() {
            return Facts.NONE;
        }

        @Override
        public Facts valid() {
            return Facts.NONE;
        }

        @Override
        public State end(Vectors best) {
            State state = assignment.state();
            Facts fresh = edges(assignment.snapshot(), state.entities());
            State next = state.next(best)
                    .with(COUNTED, state.facts(COUNTED))
                    .with(EDGES, Facts.join(List.of(state.facts(EDGES), fresh)));
            return LanState.with(next, LanState.grown(state, best));
        }
    }

    private static final class Learning implements Lesson {
        private final Assignment assignment;
        private final Facts edges;
        private final LanTables tables; // inputs are those of the vectors that are learned
        private final LanTables gradients;
        private final LanTables best;
        private final LanAggregator aggregator;

        Learning(Assignment assignment) {
            this.assignment = assignment;
            Snapshot snapshot = assignment.snapshot();
            this.edges = edges(snapshot, 0);
            this.tables = LanTables.xavier(assignment.opened().entities(), snapshot.relations(), assignment.random());
            this.gradients = tables.zeros();
            this.best = tables.copy();
            var near = NearEdges.of(edges, snapshot.entities(), snapshot.relations());
            var logic = new LogicAttention(
                    snapshot.train(), near, assignment.training().mode());
            this.aggregator = new LanAggregator(near, logic, tables, assignment.crew());
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
        public FactLoss loss(TranslationLoss loss) {
            return new LanLoss(aggregator, tables, gradients, loss, assignment.crew());
        }

        @Override
        public Ranker ranker(Vectors at, Crew crew) {
            aggregator.prepare(tables.withInputs(at.entities()), crew);
            int dim = at.entities().dim();
            return new AskedRanker(new LanVectors(aggregator, dim, crew), at.relations(), crew);
        }

        @Override
        public Optimizer optimizer(Training training) {
            return new Steps(training.rate());
        }

        @Override
        public void best() {
            for (int i = 0; i < best.shared().size(); i++) {
                best.shared().get(i).setFirst(tables.shared().get(i));
            }
        }

        @Override
        public Map<String, double[]> parts() {
            var parts = new TreeMap<String, double[]>();
            for (int i = 0; i < tables.shared().size(); i++) {
                parts.put("table." + i, tables.shared().get(i).values());
                parts.put("best." + i, best.shared().get(i).values());
            }
            return parts;
        }

        @Override
        public State end(Vectors vectors) {
            State state = assignment
                    .state()
                    .next(vectors)
                    .with(COUNTED, assignment.snapshot().train())
                    .with(EDGES, edges);
            return LanState.with(state, best.withInputs(vectors.entities()));
        }

        /// Moves the vectors and all else that answers are made of.
        private final class Steps implements Optimizer {
            private final AdamOptimizer ofVectors;
            private final List<Adam> ofTables = new ArrayList<>();

            Steps(double rate) {
                ofVectors = new AdamOptimizer(assignment.opened(), rate);
                for (Table table : tables.shared()) {
                    ofTables.add(new Adam(table.rows(), table.dim(), rate));
                }
            }

            @Override
            public void step(Vectors at, Vectors gradient, Crew crew) {
                ofVectors.step(at, gradient, crew);
                for (int i = 0; i < ofTables.size(); i++) {
                    ofTables.get(i)
                            .step(tables.shared().get(i), gradients.shared().get(i), crew);
                }
            }

            @Override
            public Map<String, double[]> parts() {
                var parts = new TreeMap<>(ofVectors.parts());
                for (int i = 0; i < ofTables.size(); i++) {
                    String table = i + ".";
                    ofTables.get(i).parts().forEach((name, array) -> parts.put(table + name, array));
                }
                return parts;
            }
        }
    }
}
