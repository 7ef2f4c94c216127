package dev.mokha.language.finetune;

import dev.mokha.language.task.Example;
import java.util.List;

/// What a model says of an example.
///
/// @param labels the class, the number of the choice, or the tag of each word; empty for a regression
/// @param probs of every class or choice, a row for each label: for tags none for a word that was not read
/// @param value the number of a regression; NaN for other kinds
public record Prediction(Example example, List<String> labels, List<List<Double>> probs, double value) {
    public Prediction {
        labels = List.copyOf(labels);
        probs = List.copyOf(probs);
    }
}
