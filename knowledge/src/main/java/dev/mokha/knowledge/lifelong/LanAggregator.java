package dev.mokha.knowledge.lifelong;

import static dev.mokha.knowledge.lifelong.LanProducts.slope;
import static dev.mokha.knowledge.lifelong.LanProducts.vector;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.Tanh;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;

/// LAN: an entity is the sum of what its neighbours say about it, each weighed by what is asked ([Wang et
/// al. 2019](https://arxiv.org/abs/1811.01399)), in the form in which LKGE's program compares it.
///
/// Over the edges u –r→ v and that of v to itself, in a question for relation q:
///
/// `y_v(q) = Σ (softmax(s) + l) n` with `n = x_u − (w_r · x_u) w_r`, `s = a · tanh(z_q A + n B)`, and `l`
/// of
/// [LogicAttention]; the softmax is over v's edges.
///
/// Since `n B = x_u B − (w_r · x_u) (w_r B)`, the products with `B` are one for each entity and relation.
/// What
/// a neighbour says under a question is measured once ([Asked]). Rows and slots are dealt out for the way
/// there; gradients are gathered by columns in the slots' order, so that the outcome is the same for any
/// number
/// of threads.
final class LanAggregator {
    private final NearEdges edges;
    private final Messages messages;
    private final LogicAttention logic;
    private final LanWeights edgeWeights = new LanWeights();
    private LanProducts products;

    LanAggregator(NearEdges edges, LogicAttention logic, LanTables tables, Crew crew) {
        this.edges = edges;
        this.messages = new Messages(edges);
        this.logic = logic;
        this.products = new LanProducts(tables, messages, crew);
    }

    /// {@return room for rows}
    Asked asked() {
        return new Asked(edges, messages);
    }

    /// Computes what depends on no question. The tables stay as they are until this is called again.
    void prepare(LanTables tables, Crew crew) {
        products = new LanProducts(tables, messages, crew);
    }

    /// Writes the vectors of rows.
    ///
    /// @param out `[asked.rows() or more, dim]`
    void aggregate(Asked asked, Table out, Crew crew) {
        edgeWeights.fit(asked);
        crew.split(asked.slots(), 1, (from, to) -> measure(asked, from, to));
        crew.split(asked.rows(), 1, (from, to) -> {
            for (int row = from; row < to; row++) {
                weigh(asked, row);
                sum(asked, row, out);
            }
        });
    }

    private void measure(Asked asked, int from, int to) {
        double[] ofNeighbours = products.moved.values();
        double[] ofRelations = products.turned.values();
        double[] ofQuestions = products.asking.values();
        double[] attention = products.tables.attention().values();
        int stride = products.stride;
        int last = products.last();
        double[] lanes = new double[2 * Table.UNIT];
        for (int slot = from; slot < to; slot++) {
            int message = asked.message(slot);
            int u = products.neighbour(message);
            int r = products.relation(message);
            int q = asked.questionOfSlot(slot) * stride;
            double share = products.along[message];
            Arrays.fill(lanes, 0);
            for (int c = 0; c < stride; c += Table.UNIT) {
                for (int lane = 0; lane < Table.UNIT; lane += Lanes.WIDTH) {
                    int at = c + lane;
                    var turn = vector(ofRelations, r + at);
                    var h = Tanh.of(
                            vector(ofNeighbours, u + at).sub(turn.mul(share)).add(vector(ofQuestions, q + at)));
                    var a = vector(attention, last + at);
                    vector(lanes, lane).add(a.mul(h)).intoArray(lanes, lane);
                    vector(lanes, Table.UNIT + lane)
                            .add(a.mul(turn).mul(slope(h)))
                            .intoArray(lanes, Table.UNIT + lane);
                }
            }
            edgeWeights.scores[slot] = Lanes.total(lanes, 0);
            edgeWeights.bends[slot] = Lanes.total(lanes, Table.UNIT);
        }
    }

    private void weigh(Asked asked, int row) {
        double[] scores = edgeWeights.scores;
        double[] soft = edgeWeights.soft;
        int from = asked.start(row);
        int to = asked.start(row + 1);
        double most = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            most = Math.max(most, scores[asked.slot(i)]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            soft[i] = StrictMath.exp(scores[asked.slot(i)] - most);
            sum += soft[i];
        }
        for (int i = from; i < to; i++) {
            soft[i] /= sum;
            edgeWeights.weights[i] = soft[i] + logic.of(asked.questionOf(row), asked.edge(row, i));
        }
    }

    private void sum(Asked asked, int row, Table out) {
        double[] weights = edgeWeights.weights;
        double[] x = products.tables.inputs().values();
        double[] w = products.tables.projections().values();
        double[] y = out.values();
        int stride = products.stride;
        int at = row * stride;
        Arrays.fill(y, at, at + stride, 0);
        double back = 0; // what the edges of one relation take away along its w
        for (int i = asked.start(row); i < asked.start(row + 1); i++) {
            int message = asked.message(asked.slot(i));
            addTimes(weights[i], x, products.neighbour(message), y, at, stride);
            back -= weights[i] * products.along[message];
            if (products.endsRelation(asked, row, i)) {
                addTimes(back, w, products.relation(message), y, at, stride);
                back = 0;
            }
        }
    }

    private static void addTimes(double share, double[] from, int there, double[] sums, int at, int stride) {
        var times = DoubleVector.broadcast(Lanes.WIDE, share);
        for (int c = 0; c < stride; c += Lanes.WIDTH) {
            vector(from, there + c).fma(times, vector(sums, at + c)).intoArray(sums, at + c);
        }
    }

    /// Adds the gradient by the tables, given that by the rows that [#aggregate] wrote last.
    ///
    /// @param byOut `[asked.rows() or more, dim]`
    void addGradient(Asked asked, Table byOut, LanTables by, Crew crew) {
        new LanGradient(products, edgeWeights, asked).add(byOut, by, crew);
    }
}
