package dev.mokha.language.encoder;

import java.util.Locale;

/// What a [SequenceClassifier]'s logits mean, and so its loss: `problem_type` in `config.json`.
public enum Problem {
    /// One of several classes: cross-entropy.
    SINGLE_LABEL("single_label_classification"),
    /// Any number of several classes: binary cross-entropy of each.
    MULTI_LABEL("multi_label_classification"),
    /// A number: mean squared error.
    REGRESSION("regression");

    private final String configName;

    Problem(String configName) {
        this.configName = configName;
    }

    /// {@return `problem_type` in `config.json`}
    public String configName() {
        return configName;
    }

    /// {@return the problem that a `config.json` names}
    /// @throws IllegalArgumentException when there is no such problem
    public static Problem of(String configName) {
        for (Problem problem : values()) {
            if (problem.configName.equals(configName.toLowerCase(Locale.ROOT))) {
                return problem;
            }
        }
        throw new IllegalArgumentException("problem_type is '" + configName
                + "'; it is one of single_label_classification, multi_label_classification, regression");
    }
}
