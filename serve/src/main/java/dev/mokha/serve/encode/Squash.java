package dev.mokha.serve.encode;

/// What makes a score of a cross-encoder's logit: sentence-transformers' `activation_fn`.
public enum Squash {
    /// The logit itself.
    IDENTITY,
    /// 0 to 1.
    SIGMOID,
    /// −1 to 1.
    TANH;

    /// {@return the score}
    public double of(double logit) {
        return switch (this) {
            case IDENTITY -> logit;
            case SIGMOID -> 1 / (1 + Math.exp(-logit));
            case TANH -> Math.tanh(logit);
        };
    }

    /// {@return the function that a `config.json` names}
    ///
    /// @param name of a class, such as `torch.nn.modules.activation.Sigmoid`
    /// @throws IllegalArgumentException for a function that is not computed
    static Squash named(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "Identity" -> IDENTITY;
            case "Sigmoid" -> SIGMOID;
            case "Tanh" -> TANH;
            default ->
                throw new IllegalArgumentException("config.json has the activation '" + name
                        + "' for scores; Identity, Sigmoid and Tanh are computed");
        };
    }
}
