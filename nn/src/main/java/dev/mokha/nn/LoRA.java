package dev.mokha.nn;

import dev.mokha.tensor.Tensor;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Low-rank adaptation, [Hu et al. 2021](https://arxiv.org/abs/2106.09685): `y = W x + s · B A x` with `W`
/// frozen, `A` drawn and `B` zero, so that training begins at the base model.
///
/// @param targets a pattern that the end of a projection's path matches, in whole steps: `q_proj|v_proj`, or
///     `layers\.0\.self_attn\.q_proj`
/// @param rank the number of rows of `A` and columns of `B`
/// @param alpha the scale `s` times what it is divided by
/// @param dropout the probability with which an input element of `A` is dropped in training
/// @param form whether the weight's magnitude is trained beside its direction
/// @param scale what alpha is divided by
public record LoRA(String targets, int rank, double alpha, double dropout, Form form, Scale scale) implements Adapter {
    /// What is trained.
    public enum Form {
        /// The low-rank product alone.
        LORA,
        /// The low-rank product turns the rows of the weight, and a vector `m` has their lengths: DoRA,
        /// [Liu et al. 2024](https://arxiv.org/abs/2402.09353).
        DORA
    }

    /// What alpha is divided by.
    public enum Scale {
        /// The rank.
        RANK,
        /// The rank's square root, so that large ranks learn as fast as small ones: rsLoRA,
        /// [Kalajdzievski 2023](https://arxiv.org/abs/2312.03732).
        ROOT_OF_RANK
    }

    public LoRA {
        pattern(targets);
        if (rank < 1) {
            throw new IllegalArgumentException("LoRA needs a rank of at least 1, not " + rank);
        }
        if (!(alpha > 0)) {
            throw new IllegalArgumentException("LoRA needs a positive alpha, not " + alpha);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("LoRA needs a dropout in [0, 1), not " + dropout);
        }
    }

    /// Adapts the projections whose path ends in what `targets` matches, such as `q_proj|v_proj`.
    public static LoRA on(String targets, int rank, double alpha, double dropout) {
        return new LoRA(targets, rank, alpha, dropout, Form.LORA, Scale.RANK);
    }

    /// {@return the same with the weights' magnitudes trained too}
    public LoRA withDora() {
        return new LoRA(targets, rank, alpha, dropout, Form.DORA, scale);
    }

    /// {@return the same with alpha divided by the rank's square root}
    public LoRA withRankStabilized() {
        return new LoRA(targets, rank, alpha, dropout, form, Scale.ROOT_OF_RANK);
    }

    /// {@return the factor of the low-rank product}
    public double scaling() {
        return switch (scale) {
            case RANK -> alpha / rank;
            case ROOT_OF_RANK -> alpha / Math.sqrt(rank);
        };
    }

    @Override
    public boolean covers(String path) {
        return pattern(targets).matcher(path).matches();
    }

    private static Pattern pattern(String targets) {
        try {
            return Pattern.compile("(?:.*\\.)?(?:" + targets + ")");
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "LoRA's targets '" + targets + "' are no pattern: " + e.getDescription(), e);
        }
    }

    @Override
    public LoraLinear adapt(Linear base, Params params) {
        long out = base.weight().size(0);
        long in = base.weight().size(1);
        Tensor a = params.adapterTensor(LoraLinear.A, Init.torch(), rank, in);
        Tensor b = params.adapterTensor(LoraLinear.B, Init.zeros(), out, rank);
        var product = new LoraLinear.LowRank(a, b, scaling(), params.dropout(dropout));
        return switch (form) {
            case LORA -> new LoraLinear(base, product, null);
            case DORA -> {
                Tensor magnitude = params.adapterTensor(LoraLinear.MAGNITUDE, Init.ones(), out);
                var projection = new LoraLinear(base, product, magnitude);
                if (!params.has(LoraLinear.MAGNITUDE)) {
                    projection.beginAtTheBase();
                }
                yield projection;
            }
        };
    }
}
