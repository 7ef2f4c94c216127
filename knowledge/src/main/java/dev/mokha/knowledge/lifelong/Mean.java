package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Adam;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.graph.Facts;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// MEAN: learns in the first snapshot how neighbours make up an entity, and nothing after it ([Hamaguchi
/// et al. 2017](https://arxiv.org/abs/1706.05674), as LKGE's program compares it).
///
/// The model's vectors are the means of [MeanAggregator]. A new entity's is made of the facts of the
/// snapshot that brings it, from rows that were learned and, where neighbours are new as well, random
/// ones; it stays from then on. A new relation has a random vector and projects nothing.
public record Mean() implements Method {
    private static final String INPUTS = "mean.inputs"; // x of entities, w of relations
    private static final String LOOP = "mean.loop.";

    @Override
    public String name() {
        return "mean";
    }

    /// New entities as means of what stands beside them.
    @Override
    public Vectors open(State state, Snapshot snapshot, Vectors random, Mode mode, Crew crew) {
        if (state.entities() == 0) {
            return random;
        }
        Vectors inputs = inputs(state, random);
        Vectors opened = random.zeros();
        aggregator(snapshot)
                .aggregate(inputs.entities(), projections(state, inputs.relations()), opened.entities(), crew);
        opened.relations().setFirst(random.relations());
        opened.setFirst(state.vectors());
        return opened;
    }

    private static Vectors inputs(State state, Vectors random) {
        Vectors inputs = random.zeros();
        inputs.entities().setFirst(random.entities());
        inputs.setFirst(state.tables(INPUTS));
        return inputs;
    }

    private static Table projections(State state, Table ofRelations) {
        var projections = new Table(ofRelations.rows() + 1, ofRelations.dim());
        projections.setFirst(ofRelations);
        for (int c = 0; c < projections.dim(); c++) {
            projections.values()[ofRelations.rows() * projections.stride() + c] =
                    state.numbers().getOrDefault(LOOP + c, 0.0);
        }
        return projections;
    }

    private static MeanAggregator aggregator(Snapshot snapshot) {
        return new MeanAggregator(
                snapshot.train(), snapshot.entities(), snapshot.relations(), new SplittableRandom(snapshot.number()));
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
            Vectors random = Vectors.xavier(
                    best.entities().rows(),
                    best.relations().rows(),
                    best.entities().dim(),
                    Assignment.opening(assignment.training(), assignment.snapshot())); // those of open
            State next = state.next(best).with(INPUTS, inputs(state, random));
            for (Map.Entry<String, Double> number : state.numbers().entrySet()) {
                next = next.with(number.getKey(), number.getValue());
            }
            return next;
        }
    }

    private static final class Learning implements Lesson {
        private final Assignment assignment;
        private final MeanAggregator aggregator;
        private final Table inputs;
        private final Table projections;
        private final Table bestInputs;
        private final Table bestProjections;

        Learning(Assignment assignment) {
            this.assignment = assignment;
            this.aggregator = aggregator(assignment.snapshot());
            Vectors opened = assignment.opened();
            int dim = opened.entities().dim();
            this.inputs = opened.entities().copy();
            this.projections = Table.xavier(opened.relations().rows() + 1, dim, assignment.random());
            this.bestInputs = inputs.copy();
            this.bestProjections = projections.copy();
        }

        @Override
        public Vectors start() {
            Vectors start = assignment.opened();
            aggregator.aggregate(inputs, projections, start.entities(), assignment.crew());
            return start;
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
            return new Steps();
        }

        @Override
        public void best() {
            bestInputs.setFirst(inputs);
            bestProjections.setFirst(projections);
        }

        @Override
        public Map<String, double[]> parts() {
            var parts = new TreeMap<String, double[]>();
            parts.put("inputs", inputs.values());
            parts.put("projections", projections.values());
            parts.put("best.inputs", bestInputs.values());
            parts.put("best.projections", bestProjections.values());
            return parts;
        }

        @Override
        public State end(Vectors best) {
            int relations = best.relations().rows();
            var ofRelations = new Table(relations, best.relations().dim());
            System.arraycopy(bestProjections.values(), 0, ofRelations.values(), 0, ofRelations.values().length);
            State state = assignment.state().next(best).with(INPUTS, new Vectors(bestInputs, ofRelations));
            double[] loop = bestProjections.row(relations);
            for (int c = 0; c < loop.length; c++) {
                state = state.with(LOOP + c, loop[c]);
            }
            return state;
        }

        /// Moves what the vectors are made of, then makes them anew.
        private final class Steps implements Optimizer {
            private final AdamOptimizer ofInputs; // with the projections for relations
            private final Adam ofRelations;

            Steps() {
                double rate = assignment.training().rate();
                Table relations = assignment.opened().relations();
                ofInputs = new AdamOptimizer(new Vectors(inputs, projections), rate);
                ofRelations = new Adam(relations.rows(), relations.dim(), rate);
            }

            @Override
            public void step(Vectors at, Vectors gradient, Crew crew) {
                var by = new Vectors(inputs, projections).zeros();
                aggregator.addGradient(inputs, projections, gradient.entities(), by.entities(), by.relations(), crew);
                ofInputs.step(new Vectors(inputs, projections), by, crew);
                ofRelations.step(at.relations(), gradient.relations(), crew);
                aggregator.aggregate(inputs, projections, at.entities(), crew);
            }

            @Override
            public Map<String, double[]> parts() {
                var parts = new TreeMap<String, double[]>();
                ofInputs.parts().forEach((name, array) -> parts.put("inputs." + name, array));
                ofRelations.parts().forEach((name, array) -> parts.put("relations." + name, array));
                return parts;
            }
        }
    }
}
