package dev.mokha.nn;

import dev.mokha.tensor.Functional;
import dev.mokha.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The element-wise non-linearities, by the names that a checkpoint's `config.json` gives them.
public enum Activation {
    /// `x Φ(x)`, [Hendrycks & Gimpel 2016](https://arxiv.org/abs/1606.08415), Φ by the error function.
    GELU("gelu"),
    /// `x Φ(x)`, Φ by a tanh.
    GELU_TANH("gelu_pytorch_tanh"),
    /// `max(x, 0)`.
    RELU("relu"),
    /// `x σ(x)`.
    SILU("silu"),
    /// `tanh x`.
    TANH("tanh"),
    /// `1 / (1 + e^−x)`.
    SIGMOID("sigmoid"),
    /// `x`.
    IDENTITY("linear");

    private final String configName;

    Activation(String configName) {
        this.configName = configName;
    }

    /// {@return the activation that a configuration names, such as `gelu_new` or `silu`}
    /// @throws IllegalArgumentException when the name is unknown; the message lists those that are known
    public static Activation named(String name) {
        return switch (name) {
            case "gelu_new", "gelu_fast" -> GELU_TANH;
            case "swish" -> SILU;
            default -> {
                for (Activation activation : values()) {
                    if (activation.configName.equals(name)) {
                        yield activation;
                    }
                }
                throw new IllegalArgumentException("unknown activation '" + name + "'; one of "
                        + Arrays.stream(values()).map(Activation::configName).collect(Collectors.joining(", "))
                        + ", gelu_new, gelu_fast, swish");
            }
        };
    }

    /// {@return the name to write into a configuration}
    public String configName() {
        return configName;
    }

    /// {@return `[…]`, shaped like the input}
    /// @param x `[…]`
    public Tensor apply(Tensor x) {
        return switch (this) {
            case GELU -> Functional.gelu(x, false);
            case GELU_TANH -> Functional.gelu(x, true);
            case RELU -> x.relu();
            case SILU -> Functional.silu(x);
            case TANH -> x.tanh();
            case SIGMOID -> x.sigmoid();
            case IDENTITY -> x;
        };
    }
}
