package dev.mokha.language.merge;

import dev.mokha.tensor.DType;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the tensors of one name become one. All are float32 and of one shape.
public sealed interface MergeMethod {
    /// {@return the merged tensor}
    /// @param models that parameter of each model
    /// @param base that of the model they were trained from; null where the method needs none
    Tensor merge(List<Tensor> models, @Nullable Tensor base);

    /// {@return whether the model that all were trained from is needed}
    default boolean needsBase() {
        return false;
    }

    /// {@return one for each model; empty for equal ones, and where the method knows none}
    default List<Double> weights() {
        return List.of();
    }

    /// Makes sure that the method can merge so many models.
    ///
    /// @throws IllegalArgumentException when it cannot
    default void requireModels(int count) {
        if (count < 1 || (!weights().isEmpty() && weights().size() != count)) {
            throw new IllegalArgumentException(
                    "a weight for each model is needed: " + weights().size() + " weights, " + count + " models");
        }
    }

    /// The weighted mean, `Σ wᵢ θᵢ / Σ wᵢ`: model soups,
    /// [Wortsman et al. 2022](https://arxiv.org/abs/2203.05482).
    ///
    /// @param weights one for each model; empty for equal ones
    record Linear(List<Double> weights) implements MergeMethod {
        public Linear {
            weights = checked(weights);
        }

        @Override
        public Tensor merge(List<Tensor> models, @Nullable Tensor base) {
            double all = total(weights, models.size());
            Tensor sum = models.getFirst().mul(weight(weights, 0) / all);
            for (int i = 1; i < models.size(); i++) {
                sum = sum.addScaled(models.get(i), weight(weights, i) / all);
            }
            return sum;
        }
    }

    /// Spherical interpolation of two models, [Shoemake 1985](https://doi.org/10.1145/325165.325242):
    /// `(sin((1 − t) Ω) a + sin(t Ω) b) / sin Ω` with Ω the angle between the two as vectors; a straight line
    /// where they point the same way.
    ///
    /// @param t 0 for the first model, 1 for the second
    record Slerp(double t) implements MergeMethod {
        /// Beyond this cosine a line and an arc are the same, and the arc's formula divides by nearly 0.
        private static final double PARALLEL = 0.9995;

        public Slerp {
            if (!(t >= 0 && t <= 1)) {
                throw new IllegalArgumentException("t lies in [0, 1], not " + t);
            }
        }

        @Override
        public Tensor merge(List<Tensor> models, @Nullable Tensor base) {
            Tensor a = models.get(0);
            Tensor b = models.get(1);
            double lengths = a.norm().item() * b.norm().item();
            double cosine = lengths == 0 ? 1 : a.mul(b).sum().item() / lengths;
            if (Math.abs(cosine) > PARALLEL) {
                return a.mul(1 - t).addScaled(b, t);
            }
            double angle = Math.acos(cosine);
            return a.mul(Math.sin((1 - t) * angle) / Math.sin(angle))
                    .addScaled(b, Math.sin(t * angle) / Math.sin(angle));
        }

        @Override
        public void requireModels(int count) {
            if (count != 2) {
                throw new IllegalArgumentException("slerp merges 2 models, not " + count);
            }
        }
    }

    /// Task arithmetic, [Ilharco et al. 2023](https://arxiv.org/abs/2212.04089): the base plus what each model
    /// learned, `θ₀ + λ Σ wᵢ (θᵢ − θ₀)`.
    ///
    /// @param weights one for each model; empty for 1 each. One below 0 takes away what a model learned
    /// @param scale λ
    record TaskArithmetic(List<Double> weights, double scale) implements MergeMethod {
        public TaskArithmetic {
            weights = finite(weights);
            requireScale(scale);
        }

        @Override
        public Tensor merge(List<Tensor> models, @Nullable Tensor base) {
            Tensor start = present(base);
            Tensor sum = start;
            for (int i = 0; i < models.size(); i++) {
                sum = sum.addScaled(models.get(i).sub(start), scale * weight(weights, i));
            }
            return sum;
        }

        @Override
        public boolean needsBase() {
            return true;
        }
    }

    /// TIES, [Yadav et al. 2023](https://arxiv.org/abs/2306.01708): of what each model learned the largest
    /// changes stay (trim); for each number the sign with more weight wins (elect); the mean is over those
    /// that agree with it (merge). Trimmed within each tensor, as mergekit does; the paper trims over the
    /// whole model.
    ///
    /// @param density the share of changes that stay, in (0, 1]
    /// @param weights one for each model; empty for equal ones
    /// @param scale λ, by which the merged change is multiplied
    record Ties(double density, List<Double> weights, double scale) implements MergeMethod {
        public Ties {
            weights = checked(weights);
            requireScale(scale);
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("the density lies in (0, 1], not " + density);
            }
        }

        @Override
        public Tensor merge(List<Tensor> models, @Nullable Tensor base) {
            Tensor start = present(base);
            List<Tensor> changes = models.stream()
                    .map(model -> trimmed(model.sub(start).flatten(0)))
                    .toList();
            Tensor sum = changes.getFirst().mul(weight(weights, 0));
            for (int i = 1; i < changes.size(); i++) {
                sum = sum.addScaled(changes.get(i), weight(weights, i));
            }
            Tensor sign = sum.sign();
            Tensor agreed = Tensors.zerosLike(sum);
            Tensor counted = Tensors.zerosLike(sum);
            for (int i = 0; i < changes.size(); i++) {
                Tensor agrees = changes.get(i).sign().eq(sign).and(sign.ne(0)).to(DType.FLOAT32);
                agreed = agreed.addScaled(changes.get(i).mul(agrees), weight(weights, i));
                counted = counted.addScaled(agrees, weight(weights, i));
            }
            Tensor none = counted.eq(0).to(DType.FLOAT32); // where nobody changed anything, 0 / 1
            Tensor mean = agreed.div(counted.add(none));
            return start.addScaled(mean.view(start.shape()), scale);
        }

        private Tensor trimmed(Tensor change) {
            long keep = Math.max(1, Math.round(density * change.count()));
            if (keep == change.count()) {
                return change;
            }
            Tensor size = change.abs();
            Tensor least = size.top(keep).values().min();
            return change.mul(size.ge(least).to(DType.FLOAT32));
        }

        @Override
        public boolean needsBase() {
            return true;
        }
    }

    private static double weight(List<Double> weights, int model) {
        return weights.isEmpty() ? 1 : weights.get(model);
    }

    private static double total(List<Double> weights, int models) {
        return weights.isEmpty()
                ? models
                : weights.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static List<Double> checked(List<Double> weights) {
        if (weights.stream().anyMatch(weight -> !(weight >= 0) || weight.isInfinite())
                || (!weights.isEmpty() && total(weights, 0) == 0)) {
            throw new IllegalArgumentException("weights are 0 or more, and not all 0: " + weights);
        }
        return List.copyOf(weights);
    }

    private static List<Double> finite(List<Double> weights) {
        if (!weights.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("weights are finite: " + weights);
        }
        return List.copyOf(weights);
    }

    private static void requireScale(double scale) {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("the scale is finite, not " + scale);
        }
    }

    private static Tensor present(@Nullable Tensor base) {
        if (base == null) {
            throw new IllegalArgumentException("this method needs the model that the others were trained from");
        }
        return base;
    }
}
