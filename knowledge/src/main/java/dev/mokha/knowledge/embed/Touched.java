package dev.mokha.knowledge.embed;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;

/// The rows of a table that a batch uses: each once, normalised, with room for the gradient of the
/// normalised row.
final class Touched {
    private static final int NONE = -1;

    private int[] slots = new int[0]; // of a row; NONE where the batch does not use it
    private int[] rows = new int[64];
    private int count;
    private double[] lengths = new double[0];
    private double[] units = new double[0];
    private double[] gradients = new double[0];

    /// Forgets the rows of the batch before.
    void begin(Table table) {
        if (slots.length < table.rows()) {
            slots = new int[table.rows()];
            Arrays.fill(slots, NONE);
        }
        for (int i = 0; i < count; i++) {
            slots[rows[i]] = NONE;
        }
        count = 0;
    }

    /// {@return where a row's numbers begin, divided by the stride}
    int slot(int row) {
        if (slots[row] == NONE) {
            if (count == rows.length) {
                rows = Arrays.copyOf(rows, 2 * count);
            }
            slots[row] = count;
            rows[count++] = row;
        }
        return slots[row];
    }

    double[] units() {
        return units;
    }

    double[] gradients() {
        return gradients;
    }

    /// Normalises the rows and clears their gradients.
    void normalize(Table table, Crew crew) {
        int stride = table.stride();
        if (lengths.length < count) {
            lengths = new double[count];
            units = new double[count * stride];
            gradients = new double[count * stride];
        }
        crew.split(count, 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int i = from; i < to; i++) {
                lengths[i] = Lanes.normalize(table.values(), rows[i] * stride, units, i * stride, stride, lanes);
            }
            Arrays.fill(gradients, from * stride, to * stride, 0);
        });
    }

    /// Adds the gradients of the rows themselves: `(g − x̂ (x̂ · g)) / ‖x‖`.
    void addTo(Table gradient, Crew crew) {
        int stride = gradient.stride();
        crew.split(count, 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int i = from; i < to; i++) {
                double along = along(i, stride, lanes);
                for (int c = 0; c < stride; c += Lanes.WIDTH) {
                    int out = rows[i] * stride + c;
                    DoubleVector.fromArray(Lanes.WIDE, gradient.values(), out)
                            .add(tangent(i * stride + c, along, lengths[i]))
                            .intoArray(gradient.values(), out);
                }
            }
        });
    }

    /// Adds the squares of the gradients of the rows themselves, times a weight.
    void addSquaresTo(Table squares, double weight, Crew crew) {
        int stride = squares.stride();
        crew.split(count, 1, (from, to) -> {
            double[] lanes = new double[Table.UNIT];
            for (int i = from; i < to; i++) {
                double along = along(i, stride, lanes);
                for (int c = 0; c < stride; c += Lanes.WIDTH) {
                    int out = rows[i] * stride + c;
                    var slope = tangent(i * stride + c, along, lengths[i]);
                    DoubleVector.fromArray(Lanes.WIDE, squares.values(), out)
                            .add(slope.mul(slope).mul(weight))
                            .intoArray(squares.values(), out);
                }
            }
        });
    }

    private double along(int slot, int stride, double[] lanes) {
        return Lanes.dot(units, slot * stride, gradients, slot * stride, stride, lanes);
    }

    private DoubleVector tangent(int at, double along, double length) {
        return DoubleVector.fromArray(Lanes.WIDE, gradients, at)
                .sub(DoubleVector.fromArray(Lanes.WIDE, units, at).mul(along))
                .div(length);
    }
}
