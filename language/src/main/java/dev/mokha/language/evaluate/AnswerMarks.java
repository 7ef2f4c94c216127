package dev.mokha.language.evaluate;

import dev.mokha.language.question.Normalization;
import dev.mokha.language.question.SquadScore;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The marks of a written answer.
final class AnswerMarks {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private AnswerMarks() {}

    /// {@return the mark, from 0 to 1: the best over the right answers}
    static double of(EvaluationTask.Measure measure, String answer, List<String> right) {
        return right.stream()
                .mapToDouble(one ->
                        measure.metric() == Metric.EXACT_MATCH ? exact(measure, answer, one) : f1(measure, answer, one))
                .max()
                .orElse(0);
    }

    private static double exact(EvaluationTask.Measure measure, String answer, String right) {
        return counted(measure, answer).equals(counted(measure, right)) ? 1 : 0;
    }

    private static double f1(EvaluationTask.Measure measure, String answer, String right) {
        var by = measure.language().startsWith("ar") ? Normalization.ARABIC : Normalization.SQUAD;
        return SquadScore.overlap(by.words(right), by.words(answer));
    }

    private static String counted(EvaluationTask.Measure measure, String text) {
        String counted = text;
        for (Pattern ignored : measure.ignored()) {
            counted = ignored.matcher(counted).replaceAll("");
        }
        if (measure.ignoreCase()) {
            counted = counted.toLowerCase(Locale.ROOT);
        }
        if (measure.ignorePunctuation()) {
            var kept = new StringBuilder();
            counted.codePoints().filter(c -> PUNCTUATION.indexOf(c) < 0).forEach(kept::appendCodePoint);
            counted = kept.toString();
        }
        return counted;
    }
}
