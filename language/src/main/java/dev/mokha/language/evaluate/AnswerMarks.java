package dev.mokha.language.evaluate;

import dev.mokha.language.question.Normalization;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The marks of a written answer.
final class AnswerMarks {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private AnswerMarks() {}

    /// {@return the mark, from 0 to 1: the best over the right answers}
    static double of(EvaluationTask.Measure measure, String answer, List<String> right) {
        return right.stream()
                .mapToDouble(one -> measure.metric() == Metric.EXACT_MATCH
                        ? exact(measure, answer, one)
                        : f1(
                                measure.language().startsWith("ar") ? Normalization.ARABIC : Normalization.SQUAD,
                                answer,
                                one))
                .max()
                .orElse(0);
    }

    private static double exact(EvaluationTask.Measure measure, String answer, String right) {
        return counted(measure, answer).equals(counted(measure, right)) ? 1 : 0;
    }

    private static String counted(EvaluationTask.Measure measure, String text) {
        String counted = text;
        for (String ignored : measure.ignored()) {
            counted = counted.replaceAll(ignored, "");
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

    /// Twice the shared words over all words, counted with repetition.
    private static double f1(Normalization normalization, String answer, String right) {
        List<String> given = normalization.words(answer);
        List<String> wanted = normalization.words(right);
        if (given.isEmpty() || wanted.isEmpty()) {
            return given.equals(wanted) ? 1 : 0;
        }
        Map<String, Integer> left = new HashMap<>();
        wanted.forEach(word -> left.merge(word, 1, Integer::sum));
        int shared = 0;
        for (String word : given) {
            if (left.merge(word, -1, Integer::sum) >= 0) {
                shared++;
            }
        }
        return 2.0 * shared / (given.size() + wanted.size());
    }
}
