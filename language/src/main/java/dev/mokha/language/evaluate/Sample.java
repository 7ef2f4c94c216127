package dev.mokha.language.evaluate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One question with what the model made of it.
///
/// @param row its place in the split, from 0
/// @param subject what it is about; null where the task has no subjects
/// @param target the right answer, as text
/// @param answers of choices their log-likelihoods, of a likelihood the one; of a generation the text, and
///     what each filter left of it
/// @param values the figures of this question, by the figure's name
public record Sample(
        int row, @Nullable String subject, String target, List<Object> answers, Map<String, Value> values) {
    public Sample {
        answers = List.copyOf(answers);
        values = Map.copyOf(values);
    }

    /// A question's share of a figure.
    ///
    /// @param value a mark from 0 to 1, or a log-likelihood
    /// @param weight what it counts: 1, or the words or bytes of its text
    public record Value(double value, double weight) {}
}
