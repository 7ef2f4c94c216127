package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;

/// IncDE's distillation, [Liu et al. 2024](https://arxiv.org/abs/2405.04453): rows are drawn to where a
/// teacher has them, each with its weight.
///
/// `Σ_x Σ_c h(w(x) (x_c − teacher_c))` with Huber's `h(a) = a² / 2` up to `|a| = 1` and `|a| − 1/2`
/// beyond.
public final class Distillation {
    private final Table teacher;
    private final double[] weights;

    /// @param teacher not copied: what it holds when the loss is computed counts; rows that it lacks are
    ///     free
    /// @param weights of its rows, `[rows]`
    public Distillation(Table teacher, double[] weights) {
        if (weights.length != teacher.rows()) {
            throw new IllegalArgumentException(
                    "a teacher of " + teacher.rows() + " rows needs as many weights, not " + weights.length);
        }
        this.teacher = teacher;
        this.weights = weights.clone();
    }

    /// {@return the loss}, after adding its gradient, times a weight, to a gradient.
    public double addGradient(Table pupil, double weight, Table gradient, Crew crew) {
        double[] losses = new double[teacher.rows()];
        crew.split(teacher.rows(), 1, (from, to) -> {
            int stride = pupil.stride();
            for (int row = from; row < to; row++) {
                double w = weights[row];
                double sum = 0;
                for (int c = row * stride; w != 0 && c < (row + 1) * stride; c++) {
                    double away = w * (pupil.values()[c] - teacher.values()[c]);
                    double size = Math.abs(away);
                    sum += size <= 1 ? away * away / 2 : size - 0.5;
                    gradient.values()[c] += weight * w * (size <= 1 ? away : Math.signum(away));
                }
                losses[row] = sum;
            }
        });
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }
}
