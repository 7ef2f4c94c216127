package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import java.util.Map;
import java.util.TreeMap;

/// What each number of a table did for the loss on its way, `Σ_t −g_t Δx_t`, for [Si].
final class Trail {
    private final Table begin;
    private final Table before; // where the next step begins
    private final Table done;
    private final Table kept; // done up to the best epoch

    /// @param begin where the way begins
    Trail(Table begin) {
        this.begin = begin.copy();
        this.before = begin.copy();
        this.done = new Table(begin.rows(), begin.dim());
        this.kept = new Table(begin.rows(), begin.dim());
    }

    /// Adds a step, by the gradient without the pull `2 c Ω (x − x_old)` over the first rows.
    void follow(Step step, Crew crew) {
        crew.split(done.values().length, Table.UNIT, (from, to) -> {
            double[] x = step.at().values();
            double[] g = step.gradient().values();
            double[] was = before.values();
            int held = step.old().values().length;
            for (int i = from; i < to; i++) {
                double slope = g[i];
                if (i < held) {
                    slope -= 2
                            * step.weight()
                            * (step.worth().values()[i] * (was[i] - step.old().values()[i]));
                }
                done.values()[i] -= slope * (x[i] - was[i]);
                was[i] = x[i];
            }
        });
    }

    /// What a step went by.
    ///
    /// @param at where it ended
    /// @param gradient of the whole loss
    /// @param worth Ω, of the penalty that is in the gradient
    /// @param old x_old, likewise
    /// @param weight c, likewise; 0 to leave the penalty in
    record Step(Table at, Table gradient, Table worth, Table old, double weight) {}

    void keep() {
        System.arraycopy(done.values(), 0, kept.values(), 0, done.values().length);
    }

    /// {@return `Ω + way / ((x − x_begin)² + ξ)`}
    ///
    /// @param before Ω of the first rows
    /// @param whole whether the whole way counts, and what is below 0 too
    Table worth(Table end, Table before, double damping, boolean whole) {
        var worth = new Table(end.rows(), end.dim());
        worth.setFirst(before);
        double[] way = whole ? done.values() : kept.values();
        for (int i = 0; i < way.length; i++) {
            double moved = end.values()[i] - begin.values()[i];
            double more = way[i] / (moved * moved + damping);
            worth.values()[i] += whole ? more : Math.max(0, more);
        }
        return worth;
    }

    Map<String, double[]> parts() {
        var parts = new TreeMap<String, double[]>();
        parts.put("before", before.values());
        parts.put("done", done.values());
        parts.put("kept", kept.values());
        return parts;
    }
}
