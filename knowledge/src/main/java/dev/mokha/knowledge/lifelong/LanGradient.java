package dev.mokha.knowledge.lifelong;

import static dev.mokha.knowledge.lifelong.LanProducts.slope;
import static dev.mokha.knowledge.lifelong.LanProducts.vector;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TableProducts;
import dev.mokha.knowledge.embed.Tanh;
import jdk.incubator.vector.DoubleVector;

/// The gradient of what [LanAggregator] wrote last.
///
/// What is a number for each edge is computed row by row; then gradients are gathered column by column, in
/// the order of rows, slots and messages.
final class LanGradient {
    private final LanProducts products;
    private final LanTables tables;
    private final LanWeights of;
    private final Asked asked;
    private final double[] byScore; // of slots
    private final double[] byAlong; // by w · x, of messages
    private final Table byMoved;
    private final Table byTurned;
    private final Table byAsking;

    LanGradient(LanProducts products, LanWeights of, Asked asked) {
        this.products = products;
        this.tables = products.tables;
        this.of = of;
        this.asked = asked;
        this.byScore = new double[asked.slots()];
        this.byAlong = new double[products.along.length];
        int dim = tables.inputs().dim();
        this.byMoved = new Table(products.moved.rows(), dim);
        this.byTurned = new Table(products.turned.rows(), dim);
        this.byAsking = new Table(products.asking.rows(), dim);
    }

    /// Adds the gradient by the tables, given that by the rows.
    void add(Table byOut, LanTables by, Crew crew) {
        compare(byOut.values(), crew);
        crew.split(products.stride, Table.UNIT, (from, to) -> {
            var columns = new Columns(by, from, to);
            columns.ofRows(byOut.values());
            columns.ofSlots();
            columns.ofMessages();
        });
        int dim = tables.inputs().dim();
        multiply(byMoved, tables.inputs(), by.inputs(), dim, by, crew);
        multiply(byTurned, tables.projections(), by.projections(), dim, by, crew);
        multiply(byAsking, tables.questions(), by.questions(), 0, by, crew);
    }

    /// Carries the gradient by a product with `A` or `B` back to both factors.
    private void multiply(Table byProduct, Table factor, Table byFactor, int from, LanTables by, Crew crew) {
        TableProducts.addByTransposed(byProduct, tables.attention(), from, byFactor, crew);
        TableProducts.addTransposed(factor, byProduct, by.attention(), from, crew);
    }

    /// The derivatives by scores and by `along`, as far as these are numbers of their own.
    private void compare(double[] g, Crew crew) {
        double[] x = tables.inputs().values();
        double[] w = tables.projections().values();
        int stride = products.stride;
        double[] ofScores = new double[asked.size()];
        double[] ofAlong = new double[asked.size()];
        crew.split(asked.rows(), 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int row = from; row < to; row++) {
                double mean = 0;
                double byRelation = Double.NaN; // the same along edges of one relation
                for (int i = asked.start(row); i < asked.start(row + 1); i++) {
                    int message = asked.message(asked.slot(i));
                    double byNeighbour = Lanes.dot(g, row * stride, x, products.neighbour(message), stride, lanes);
                    if (i == asked.start(row) || products.endsRelation(asked, row, i - 1)) {
                        byRelation = Lanes.dot(g, row * stride, w, products.relation(message), stride, lanes);
                    }
                    ofScores[i] = byNeighbour - products.along[message] * byRelation;
                    ofAlong[i] = -of.weights[i] * byRelation;
                    mean += of.soft[i] * ofScores[i];
                }
                for (int i = asked.start(row); i < asked.start(row + 1); i++) {
                    ofScores[i] = of.soft[i] * (ofScores[i] - mean);
                }
            }
        });
        for (int i = 0; i < asked.size(); i++) {
            byScore[asked.slot(i)] += ofScores[i];
            byAlong[asked.message(asked.slot(i))] += ofAlong[i];
        }
        for (int slot = 0; slot < asked.slots(); slot++) {
            byAlong[asked.message(slot)] -= byScore[slot] * of.bends[slot];
        }
    }

    /// Gradients of some columns.
    private final class Columns {
        private final LanTables by;
        private final int from;
        private final int to;

        Columns(LanTables by, int from, int to) {
            this.by = by;
            this.from = from;
            this.to = to;
        }

        private static void add(double[] sums, int at, DoubleVector more) {
            vector(sums, at).add(more).intoArray(sums, at);
        }

        private void addTimes(double share, double[] row, int at, double[] sums, int place) {
            var times = DoubleVector.broadcast(Lanes.WIDE, share);
            for (int c = from; c < to; c += Lanes.WIDTH) {
                vector(row, at + c).fma(times, vector(sums, place + c)).intoArray(sums, place + c);
            }
        }

        void ofRows(double[] g) {
            double[] byInputs = by.inputs().values();
            double[] byProjections = by.projections().values();
            for (int row = 0; row < asked.rows(); row++) {
                int at = row * products.stride;
                double back = 0;
                for (int i = asked.start(row); i < asked.start(row + 1); i++) {
                    int message = asked.message(asked.slot(i));
                    addTimes(of.weights[i], g, at, byInputs, products.neighbour(message));
                    back -= of.weights[i] * products.along[message];
                    if (products.endsRelation(asked, row, i)) {
                        addTimes(back, g, at, byProjections, products.relation(message));
                        back = 0;
                    }
                }
            }
        }

        void ofSlots() {
            double[] ofNeighbours = products.moved.values();
            double[] ofRelations = products.turned.values();
            double[] ofQuestions = products.asking.values();
            double[] attention = tables.attention().values();
            double[] byAttention = by.attention().values();
            int last = products.last();
            for (int slot = 0; slot < asked.slots(); slot++) {
                int message = asked.message(slot);
                int u = products.neighbour(message);
                int r = products.relation(message);
                int q = asked.questionOfSlot(slot) * products.stride;
                double share = products.along[message];
                double score = byScore[slot];
                for (int c = from; c < to; c += Lanes.WIDTH) {
                    var h = Tanh.of(vector(ofNeighbours, u + c)
                            .sub(vector(ofRelations, r + c).mul(share))
                            .add(vector(ofQuestions, q + c)));
                    var inside = vector(attention, last + c).mul(slope(h)).mul(score);
                    add(byMoved.values(), u + c, inside);
                    add(byTurned.values(), r + c, inside.mul(-share));
                    add(byAsking.values(), q + c, inside);
                    add(byAttention, last + c, h.mul(score));
                }
            }
        }

        void ofMessages() {
            double[] x = tables.inputs().values();
            double[] w = tables.projections().values();
            for (int m = 0; m < byAlong.length; m++) {
                if (byAlong[m] != 0) {
                    int u = products.neighbour(m);
                    int r = products.relation(m);
                    addTimes(byAlong[m], w, r, by.inputs().values(), u);
                    addTimes(byAlong[m], x, u, by.projections().values(), r);
                }
            }
        }
    }
}
