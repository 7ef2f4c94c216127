package dev.mokha.knowledge.link;

import dev.mokha.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// The scores by their formulas, in plain loops over doubles: what the tensors are compared with.
final class ScorerLoops {
    private final ScorerConfig config;
    private final double[][] entities;
    private final double[][] relations;
    private final Map<String, double[]> others = new HashMap<>();

    ScorerLoops(LinkModel model) {
        this.config = model.config().scorer();
        this.entities = rows(model.entities());
        this.relations = rows(model.relations());
        model.params().named().forEach((name, tensor) -> others.put(name, tensor.toDoubles()));
    }

    private static double[][] rows(Tensor table) {
        int width = (int) table.size(1);
        double[] all = table.toDoubles();
        double[][] rows = new double[all.length / width][width];
        for (int i = 0; i < all.length; i++) {
            rows[i / width][i % width] = all[i];
        }
        return rows;
    }

    int entities() {
        return entities.length;
    }

    /// The scores of `(s, r, e)` for every e.
    void scores(int s, int r, double[] scores) {
        for (int e = 0; e < scores.length; e++) {
            scores[e] = score(s, r, e);
        }
    }

    double score(int s, int r, int o) {
        return switch (config) {
            case TransE.Config transE -> transE(transE.norm(), s, r, o);
            case DistMult.Config _ -> distMult(entities[s], relations[r], entities[o]);
            case ComplEx.Config _ -> complEx(entities[s], relations[r], entities[o]);
            case RotatE.Config rotatE -> rotatE(rotatE, entities[s], relations[r], entities[o]);
            case TuckER.Config _ -> tuckER(entities[s], relations[r], entities[o]);
        };
    }

    private double transE(int norm, int s, int r, int o) {
        double sum = 0;
        for (int i = 0; i < entities[s].length; i++) {
            double gap = Math.abs(entities[s][i] + relations[r][i] - entities[o][i]);
            sum += norm == 1 ? gap : gap * gap;
        }
        return norm == 1 ? -sum : -Math.sqrt(sum);
    }

    private static double distMult(double[] s, double[] r, double[] o) {
        double sum = 0;
        for (int i = 0; i < s.length; i++) {
            sum += s[i] * r[i] * o[i];
        }
        return sum;
    }

    private static double complEx(double[] s, double[] r, double[] o) {
        int n = s.length / 2;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double re = s[i] * r[i] - s[n + i] * r[n + i];
            double im = s[i] * r[n + i] + s[n + i] * r[i];
            sum += re * o[i] + im * o[n + i];
        }
        return sum;
    }

    private static double rotatE(RotatE.Config config, double[] s, double[] r, double[] o) {
        int n = r.length;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double angle = r[i] / ((config.margin() + 2) / config.rank()) * Math.PI;
            double re = s[i] * Math.cos(angle) - s[n + i] * Math.sin(angle) - o[i];
            double im = s[i] * Math.sin(angle) + s[n + i] * Math.cos(angle) - o[n + i];
            sum += Math.hypot(re, im);
        }
        return -sum;
    }

    private double tuckER(double[] s, double[] r, double[] o) {
        double[] core = other("core");
        int n = s.length;
        double sum = 0;
        for (int j = 0; j < n; j++) {
            double hidden = 0;
            for (int k = 0; k < r.length; k++) {
                for (int i = 0; i < n; i++) {
                    hidden += r[k] * core[(k * n + i) * n + j] * normed("input_norm", i, s[i]);
                }
            }
            sum += normed("hidden_norm", j, hidden) * o[j];
        }
        return sum;
    }

    private double normed(String norm, int i, double x) {
        return (x - other(norm + ".running_mean")[i])
                        / Math.sqrt(other(norm + ".running_var")[i] + 1e-5)
                        * other(norm + ".weight")[i]
                + other(norm + ".bias")[i];
    }

    private double[] other(String name) {
        return Objects.requireNonNull(others.get(name), name);
    }
}
