package dev.mokha.language.question;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The scores of the official scripts `evaluate-v1.1.py` and `evaluate-v2.0.py`, under their names and
/// in per cent. An answer's score is its best over all that annotators gave.
///
/// @param figures by name, in the order in which the official scripts print them
/// @param unanswered the ids of questions without a prediction, which count as wrong
public record SquadScore(Map<String, Double> figures, List<String> unanswered) {
    /// The official threshold on the probability of no answer.
    public static final double OFFICIAL_THRESHOLD = 1.0;

    public SquadScore {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        unanswered = List.copyOf(unanswered);
    }

    /// {@return the share of questions answered exactly, in per cent}
    public double exact() {
        return figure(figures.containsKey("exact") ? "exact" : "exact_match");
    }

    /// {@return the mean overlap of words, in per cent}
    public double f1() {
        return figure("f1");
    }

    /// {@return a figure by its official name}
    public double figure(String name) {
        Double value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no figure " + name + "; there are " + figures.keySet());
        }
        return value;
    }

    /// SQuAD 1.1: a question without a prediction scores 0.
    ///
    /// @param predictions question id to answer; ids of other questions are passed over
    /// @throws IllegalArgumentException when a question has no answer, which SQuAD 1.1 does not know
    public static SquadScore v1(List<Question> questions, Map<String, String> predictions, Normalization by) {
        double exact = 0;
        double f1 = 0;
        List<String> unanswered = new ArrayList<>();
        for (Question question : questions) {
            if (question.answers().isEmpty()) {
                throw new IllegalArgumentException("question '" + question.id()
                        + "' has no answer, so the questions aren't SQuAD 1.1; score them as SQuAD 2.0");
            }
            String answer = predictions.get(question.id());
            if (answer == null) {
                unanswered.add(question.id());
                continue;
            }
            List<String> words = by.words(answer);
            exact += best(question, gold -> by.words(gold.text()).equals(words) ? 1 : 0);
            f1 += best(question, gold -> overlap(by.words(gold.text()), words));
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("exact_match", 100 * exact / questions.size());
        figures.put("f1", 100 * f1 / questions.size());
        return new SquadScore(figures, unanswered);
    }

    /// SQuAD 2.0 without odds of no answer: a prediction says "there is none" by being empty.
    ///
    /// @param predictions question id to answer; every question must have one (the official script
    ///     fails too)
    public static SquadScore v2(List<Question> questions, Map<String, String> predictions, Normalization by) {
        return new SquadScore2(questions, predictions, by).score();
    }

    /// SQuAD 2.0 with odds of no answer, which add the best figures that some threshold on them would
    /// reach, and that threshold.
    ///
    /// @param odds question id to odds or probability of no answer, any scale
    /// @param threshold above it a prediction counts as empty, whatever it says;
    ///     [#OFFICIAL_THRESHOLD]
    public static SquadScore v2(
            List<Question> questions,
            Map<String, String> predictions,
            Map<String, Double> odds,
            double threshold,
            Normalization by) {
        return new SquadScore2(questions, predictions, by).score(odds, threshold);
    }

    private static double best(Question question, ToDoubleFunction<Gold> score) {
        return question.answers().stream().mapToDouble(score).max().orElseThrow();
    }

    /// F1 of two bags of words: `2 p r / (p + r)` with `p` and `r` the shares of the words in common; 0
    /// when none is, two empty bags included.
    public static double overlap(List<String> gold, List<String> answer) {
        Map<String, Integer> left = new HashMap<>();
        gold.forEach(word -> left.merge(word, 1, Integer::sum));
        int same = 0;
        for (String word : answer) {
            int count = left.getOrDefault(word, 0);
            if (count > 0) {
                same++;
                left.put(word, count - 1);
            }
        }
        if (same == 0) {
            return 0;
        }
        double precision = 1.0 * same / answer.size();
        double recall = 1.0 * same / gold.size();
        return 2 * precision * recall / (precision + recall);
    }

    /// {@return the figures as the official scripts print them}
    public String toJson() {
        Map<String, Object> out = new LinkedHashMap<>();
        figures.forEach((name, value) -> out.put(name, name.endsWith("total") ? (Object) value.intValue() : value));
        return PythonJson.write(out);
    }
}
