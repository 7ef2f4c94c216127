package dev.mokha.nn;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Low-rank adaptation, [Hu et al. 2021](https://arxiv.org/abs/2106.09685): `y = W x + (alpha / rank) · B A x` with `W`
/// frozen, `A` drawn and `B` zero, so that training begins at the base model.
///
/// @param targets a pattern that the end of a projection's path matches, in whole steps: `q_proj|v_proj`, or
///     `layers\.0\.self_attn\.q_proj`
/// @param rank the number of rows of `A` and columns of `B`
/// @param alpha the scale, divided by the rank
/// @param dropout the probability with which an input element of `A` is dropped in training
public record LoRA(String targets, int rank, double alpha, double dropout) implements Adapter {
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
        return new LoRA(targets, rank, alpha, dropout);
    }

    /// {@return the factor of the low-rank product}
    public double scaling() {
        return alpha / rank;
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
        return new LoraLinear(
                base,
                params.adapterTensor("lora_A.weight", Init.torch(), rank, in),
                params.adapterTensor("lora_B.weight", Init.zeros(), out, rank),
                scaling(),
                params.dropout(dropout));
    }
}
