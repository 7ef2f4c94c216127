package dev.mokha.knowledge.embed;

import java.util.Map;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// Adam over a whole table, [Kingma and Ba 2015](https://arxiv.org/abs/1412.6980), as PyTorch computes it,
/// with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8. Rows without a gradient still move while their moments last.
public final class Adam {
    private static final double FIRST = 0.9;
    private static final double SECOND = 0.999;
    private static final double SMALL = 1e-8;

    private final double rate;
    private final double[] means;
    private final double[] squares;
    private final double[] steps = {0};

    /// An optimiser for tables of a shape.
    public Adam(int rows, int dim, double rate) {
        this.rate = rate;
        this.means = new Table(rows, dim).values();
        this.squares = new Table(rows, dim).values();
    }

    /// {@return all that it remembers, by name: the arrays themselves, so that who kept copies can write
    /// them back and go on}
    public Map<String, double[]> parts() {
        return Map.of("means", means, "squares", squares, "steps", steps);
    }

    /// Takes one step against a gradient.
    public void step(Table table, Table gradient, Crew crew) {
        steps[0]++;
        double scale = rate / (1 - Math.pow(FIRST, steps[0]));
        double root = Math.sqrt(1 - Math.pow(SECOND, steps[0]));
        crew.split(table.values().length, Table.UNIT, (from, to) -> {
            double[] x = table.values();
            double[] gradients = gradient.values();
            for (int i = from; i < to; i += Lanes.WIDTH) {
                var g = DoubleVector.fromArray(Lanes.WIDE, gradients, i);
                var mean = DoubleVector.fromArray(Lanes.WIDE, means, i);
                mean = mean.add(g.sub(mean).mul(1 - FIRST));
                var square = DoubleVector.fromArray(Lanes.WIDE, squares, i)
                        .mul(SECOND)
                        .add(g.mul(g).mul(1 - SECOND));
                mean.intoArray(means, i);
                square.intoArray(squares, i);
                var below = square.lanewise(VectorOperators.SQRT).div(root).add(SMALL);
                DoubleVector.fromArray(Lanes.WIDE, x, i)
                        .sub(mean.div(below).mul(scale))
                        .intoArray(x, i);
            }
        });
    }
}
