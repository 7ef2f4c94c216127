package dev.mokha.knowledge.lifelong;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import java.util.Arrays;
import java.util.List;

/// The projection of [Gem]: the gradient `g̃` nearest to `g` with `⟨g̃, g_k⟩ ≥ 0` for all remembered
/// gradients `g_k`, [Lopez-Paz and Ranzato 2017, §3](https://arxiv.org/abs/1706.08840).
///
/// With `G` the rows `g_k`, `g̃ = Gᵀv + g` for the `v ≥ γ` that minimises `½ vᵀGGᵀv + gᵀGᵀv`; a γ above 0
/// turns further. The program is solved for `v − γ ≥ 0` by the active sets of Lawson and Hanson (1974,
/// chapter 23), which ends with an exact solution after finitely many small systems.
final class Cone {
    private static final double RIDGE = 1e-10; // of the mean diagonal: keeps equal gradients solvable

    private Cone() {}

    /// Projects a gradient where it goes against a remembered one.
    static void project(Vectors gradient, List<Vectors> remembered, double margin, Crew crew) {
        int n = remembered.size();
        double[] against = new double[n];
        boolean hurts = false;
        for (int k = 0; k < n; k++) {
            against[k] = dot(gradient, remembered.get(k), crew);
            hurts |= against[k] < 0;
        }
        if (!hurts) {
            return;
        }
        double[][] products = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int l = 0; l <= k; l++) {
                products[k][l] = dot(remembered.get(k), remembered.get(l), crew);
                products[l][k] = products[k][l];
            }
        }
        double[] v = multipliers(products, against, margin);
        for (int k = 0; k < n; k++) {
            add(v[k], remembered.get(k).entities(), gradient.entities(), crew);
            add(v[k], remembered.get(k).relations(), gradient.relations(), crew);
        }
    }

    /// {@return the `v ≥ margin` that minimises `½ vᵀPv + qᵀv`}
    ///
    /// @param products P, symmetric and not negative, `[n, n]`
    /// @param q `[n]`
    static double[] multipliers(double[][] products, double[] q, double margin) {
        int n = q.length;
        double ridge = 0;
        for (int k = 0; k < n; k++) {
            ridge += RIDGE * products[k][k] / n;
        }
        double[][] p = new double[n][];
        double[] b = new double[n]; // −(q + P margin): the slope at v = margin, downwards
        for (int k = 0; k < n; k++) {
            p[k] = products[k].clone();
            p[k][k] += ridge;
            b[k] = -q[k] - margin * Arrays.stream(p[k]).sum();
        }
        double[] u = notNegative(p, b);
        for (int k = 0; k < n; k++) {
            u[k] += margin;
        }
        return u;
    }

    /// The `u ≥ 0` that minimises `½ uᵀPu − bᵀu`.
    private static double[] notNegative(double[][] p, double[] b) {
        int n = b.length;
        boolean[] free = new boolean[n];
        double[] u = new double[n];
        for (int rounds = 0; rounds < 10 * n + 10; rounds++) {
            int steepest = steepest(p, b, u, free);
            if (steepest < 0) {
                return u;
            }
            free[steepest] = true;
            double[] aim = solve(p, b, free);
            while (!allAbove(aim, free)) {
                shorten(u, aim, free);
                aim = solve(p, b, free);
            }
            u = aim;
        }
        return u; // rounding has it go round between sets that are equally good
    }

    /// Which of the bound numbers would lower the value most steeply, −1 for none.
    private static int steepest(double[][] p, double[] b, double[] u, boolean[] free) {
        int steepest = -1;
        double most = 0;
        for (int k = 0; k < b.length; k++) {
            double slope = b[k];
            double scale = Math.abs(b[k]);
            for (int l = 0; l < b.length; l++) {
                slope -= p[k][l] * u[l];
                scale = Math.max(scale, Math.abs(p[k][l] * u[l]));
            }
            if (!free[k] && slope > 1e-14 * scale && slope > most) {
                most = slope;
                steepest = k;
            }
        }
        return steepest;
    }

    private static boolean allAbove(double[] aim, boolean[] free) {
        for (int k = 0; k < aim.length; k++) {
            if (free[k] && aim[k] <= 0) {
                return false;
            }
        }
        return true;
    }

    /// Goes towards an aim until the first number is 0, and binds that.
    private static void shorten(double[] u, double[] aim, boolean[] free) {
        double part = 1;
        int first = -1;
        for (int k = 0; k < u.length; k++) {
            if (free[k] && aim[k] <= 0) {
                double until = u[k] == aim[k] ? 0 : u[k] / (u[k] - aim[k]);
                if (first < 0 || until < part) {
                    part = until;
                    first = k;
                }
            }
        }
        for (int k = 0; k < u.length; k++) {
            if (free[k]) {
                u[k] += part * (aim[k] - u[k]);
                if (k == first || u[k] <= 0) {
                    u[k] = 0;
                    free[k] = false;
                }
            }
        }
    }

    /// Solves `P u = b` among the free numbers by Cholesky's factors; the others are 0.
    private static double[] solve(double[][] p, double[] b, boolean[] free) {
        int[] at = new int[b.length];
        int n = 0;
        for (int k = 0; k < b.length; k++) {
            if (free[k]) {
                at[n++] = k;
            }
        }
        double[][] factor = new double[n][n];
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = p[at[i]][at[j]];
                for (int k = 0; k < j; k++) {
                    rest -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(Math.max(rest, 1e-300)) : rest / factor[j][j];
            }
            double rest = b[at[i]];
            for (int k = 0; k < i; k++) {
                rest -= factor[i][k] * x[k];
            }
            x[i] = rest / factor[i][i];
        }
        double[] u = new double[b.length];
        for (int i = n - 1; i >= 0; i--) {
            double rest = x[i];
            for (int k = i + 1; k < n; k++) {
                rest -= factor[k][i] * u[at[k]];
            }
            u[at[i]] = rest / factor[i][i];
        }
        return u;
    }

    private static double dot(Vectors a, Vectors b, Crew crew) {
        return dot(a.entities(), b.entities(), crew) + dot(a.relations(), b.relations(), crew);
    }

    private static double dot(Table a, Table b, Crew crew) {
        double[] sums = new double[a.rows()];
        crew.split(a.rows(), 1, (from, to) -> {
            for (int row = from; row < to; row++) {
                double sum = 0;
                for (int c = row * a.stride(); c < (row + 1) * a.stride(); c++) {
                    sum += a.values()[c] * b.values()[c];
                }
                sums[row] = sum;
            }
        });
        return Arrays.stream(sums).sum();
    }

    private static void add(double times, Table more, Table sums, Crew crew) {
        crew.split(sums.values().length, Table.UNIT, (from, to) -> {
            for (int i = from; i < to; i++) {
                sums.values()[i] += times * more.values()[i];
            }
        });
    }
}
