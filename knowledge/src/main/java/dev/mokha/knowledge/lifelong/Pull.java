package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;

/// Known numbers are held where they were learned, each by what it is worth: `Σ w ∘ (x − x_old)²`, over the
/// rows that were known. The penalty of [Ewc] and of [Si].
///
/// @param worth `w`, at least as many rows as were known; read anew at each step, so that it may change
///     meanwhile
/// @param old `x_old`
record Pull(Vectors worth, Vectors old) implements Penalty {

    @Override
    public double addGradient(Vectors at, double weight, Vectors gradient, Crew crew) {
        return add(at.entities(), worth.entities(), old.entities(), weight, gradient.entities(), crew)
                + add(at.relations(), worth.relations(), old.relations(), weight, gradient.relations(), crew);
    }

    private static double add(Table at, Table worth, Table old, double weight, Table gradient, Crew crew) {
        double[] losses = new double[old.rows()];
        crew.split(old.rows(), 1, (from, to) -> {
            int stride = at.stride();
            for (int row = from; row < to; row++) {
                double loss = 0;
                for (int c = row * stride; c < (row + 1) * stride; c++) {
                    double away = at.values()[c] - old.values()[c];
                    double pull = worth.values()[c] * away;
                    loss += pull * away;
                    gradient.values()[c] += 2 * weight * pull;
                }
                losses[row] = loss;
            }
        });
        double sum = 0; // in one order, whatever the threads
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }
}
