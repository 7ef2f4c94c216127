package dev.mokha.language.judge;

import dev.mokha.language.evaluate.TaskResult.Figure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The ratings of one model's answers, 1 to 10, as in MT-bench's single mode
/// ([Zheng et al. 2023, §2.2](https://arxiv.org/abs/2306.05685)): by turn, by category, and their mean
/// over all turns.
///
/// @param answers what was rated
/// @param judge who did
/// @param grades in the order of the questions and turns
public record Grades(Answers answers, String judge, List<Grade> grades) {
    public Grades {
        grades = List.copyOf(grades);
    }

    /// One rating.
    ///
    /// @param turn from 0
    /// @param rating null where the judge gave none that counts
    record Grade(
            Question question,
            int turn,
            String answer,
            @Nullable Double rating,
            Judging.Told told) implements Turn {
        @Override
        public @Nullable Double value() {
            return rating;
        }

        @Override
        public Judging.Told unclear() {
            return told;
        }
    }

    /// {@return the mean over all turns that have a rating, with the 95 % interval over questions}
    public Figure mean() {
        return Turn.mean("rating", grades, Grade::rating);
    }

    /// {@return the mean of each turn, from turn 1}
    public Map<Integer, Figure> byTurn() {
        return Turn.byTurn(grades);
    }

    /// {@return the mean of each category; nothing without categories}
    public Map<String, Figure> byCategory() {
        return Turn.byCategory(grades);
    }

    /// {@return the mean length of an answer, in characters}
    public double meanLength() {
        return grades.stream()
                .mapToInt(grade -> Duel.length(grade.answer()))
                .average()
                .orElse(0);
    }

    /// {@return the turns without a rating that counts, such as `81, turn 2`, and why}
    public List<String> without() {
        return Turn.without(grades);
    }
}
