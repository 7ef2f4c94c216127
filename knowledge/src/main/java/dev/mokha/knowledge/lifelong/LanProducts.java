package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Lanes;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TableProducts;
import jdk.incubator.vector.DoubleVector;

/// What [LanAggregator] computes of its tables before any question: `x B`, `w B`, `z A`, and `w · x` of
/// each
/// message.
final class LanProducts {
    final LanTables tables;
    final Messages messages;
    final int stride;
    final Table moved; // x B
    final Table turned; // w B
    final Table asking; // z A
    final double[] along; // w · x, of messages

    LanProducts(LanTables tables, Messages messages, Crew crew) {
        this.tables = tables;
        this.messages = messages;
        this.stride = tables.inputs().stride();
        int dim = tables.inputs().dim();
        this.moved = product(tables.inputs(), dim, crew);
        this.turned = product(tables.projections(), dim, crew);
        this.asking = product(tables.questions(), 0, crew);
        this.along = new double[messages.count()];
        double[] x = tables.inputs().values();
        double[] w = tables.projections().values();
        crew.split(along.length, 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int m = from; m < to; m++) {
                along[m] = Lanes.dot(w, relation(m), x, neighbour(m), stride, lanes);
            }
        });
    }

    private Table product(Table table, int from, Crew crew) {
        var product = new Table(table.rows(), table.dim());
        TableProducts.add(table, tables.attention(), from, product, crew);
        return product;
    }

    /// {@return where the numbers of a message's neighbour begin}
    int neighbour(int message) {
        return messages.neighbour(message) * stride;
    }

    /// {@return where those of its relation begin}
    int relation(int message) {
        return messages.relation(message) * stride;
    }

    /// {@return whether a row's next edge is of another relation, or there is none}
    boolean endsRelation(Asked asked, int row, int at) {
        return at + 1 == asked.start(row + 1)
                || messages.relation(asked.message(asked.slot(at + 1)))
                        != messages.relation(asked.message(asked.slot(at)));
    }

    /// {@return where `u` begins in the attention}
    int last() {
        return 2 * tables.inputs().dim() * stride;
    }

    static DoubleVector vector(double[] values, int at) {
        return DoubleVector.fromArray(Lanes.WIDE, values, at);
    }

    /// {@return the derivative of tanh, given tanh}
    static DoubleVector slope(DoubleVector h) {
        return h.mul(h).neg().add(1);
    }
}
