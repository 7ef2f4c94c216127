package dev.mokha.language.question;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The computation of `evaluate-v2.0.py`.
final class SquadScore2 {
    private static final int SHOWN = 3;

    private final Map<String, Scored> scored = new LinkedHashMap<>();

    /// What a question's prediction scored.
    ///
    /// @param answerable whether annotators gave an answer
    /// @param predicted whether the prediction is not empty
    private record Scored(boolean answerable, boolean predicted, double exact, double f1) {
        /// The same if nothing had been predicted.
        Scored withoutPrediction() {
            double score = answerable ? 0 : 1;
            return new Scored(answerable, false, score, score);
        }
    }

    SquadScore2(List<Question> questions, Map<String, String> predictions, Normalization by) {
        List<String> missing = new ArrayList<>();
        for (Question question : questions) {
            String answer = predictions.get(question.id());
            if (answer == null) {
                missing.add(question.id());
            } else {
                scored.put(question.id(), scored(question, answer, by));
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(missing.size() + " of " + questions.size()
                    + " questions have no prediction, such as "
                    + missing.stream().limit(SHOWN).map(id -> "'" + id + "'").collect(Collectors.joining(", "))
                    + "; SQuAD 2.0 scores all or none: predict \"\" where there is no answer");
        }
    }

    private static Scored scored(Question question, String answer, Normalization by) {
        List<String> words = by.words(answer);
        List<List<String>> gold = question.answers().stream()
                .map(Gold::text)
                .map(by::words)
                .filter(w -> !w.isEmpty())
                .toList();
        if (gold.isEmpty()) {
            gold = List.of(List.of()); // the only right answer is none
        }
        return new Scored(
                !question.answers().isEmpty(),
                !answer.isEmpty(),
                gold.contains(words) ? 1 : 0,
                gold.stream().mapToDouble(g -> f1(g, words)).max().orElseThrow());
    }

    /// As in 1.1, but two empty answers agree.
    private static double f1(List<String> gold, List<String> answer) {
        if (gold.isEmpty() || answer.isEmpty()) {
            return gold.equals(answer) ? 1 : 0;
        }
        return SquadScore.overlap(gold, answer);
    }

    SquadScore score() {
        return new SquadScore(figures(scored.values()), List.of());
    }

    SquadScore score(Map<String, Double> odds, double threshold) {
        Set<String> without = new HashSet<>(scored.keySet());
        without.removeAll(odds.keySet());
        if (!without.isEmpty()) {
            throw new IllegalArgumentException(without.size() + " of " + scored.size()
                    + " questions have no odds of no answer, such as '"
                    + without.iterator().next()
                    + "'; give a number for each, or score without odds");
        }
        List<Step> steps = new ArrayList<>();
        Map<String, Scored> decided = new LinkedHashMap<>(scored);
        odds.forEach((id, value) -> {
            Scored own = scored.get(id);
            if (own != null) {
                steps.add(new Step(own, value));
                decided.put(id, value > threshold ? own.withoutPrediction() : own);
            }
        });
        steps.sort(Comparator.comparingDouble(Step::odds)); // stable, as Python's
        Map<String, Double> figures = figures(decided.values());
        Best byExact = best(steps, Scored::exact);
        Best byF1 = best(steps, Scored::f1);
        figures.put("best_exact", byExact.score());
        figures.put("best_exact_thresh", byExact.threshold());
        figures.put("best_f1", byF1.score());
        figures.put("best_f1_thresh", byF1.threshold());
        return new SquadScore(figures, List.of());
    }

    private static Map<String, Double> figures(Collection<Scored> all) {
        Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, "", List.copyOf(all));
        put(figures, "HasAns_", all.stream().filter(Scored::answerable).toList());
        put(figures, "NoAns_", all.stream().filter(s -> !s.answerable()).toList());
        return figures;
    }

    private static void put(Map<String, Double> figures, String prefix, List<Scored> some) {
        if (some.isEmpty()) {
            return;
        }
        figures.put(prefix + "exact", 100 * sum(some, Scored::exact) / some.size());
        figures.put(prefix + "f1", 100 * sum(some, Scored::f1) / some.size());
        figures.put(prefix + "total", (double) some.size());
    }

    private static double sum(List<Scored> some, ToDoubleFunction<Scored> figure) {
        double sum = 0;
        for (Scored each : some) {
            sum += figure.applyAsDouble(each);
        }
        return sum;
    }

    /// A question on the walk up the odds.
    private record Step(Scored scored, double odds) {}

    /// A threshold, and the score with every question above it left unanswered.
    private record Best(double score, double threshold) {}

    /// Walks up the odds: starting from no question answered, each one answered adds its score, or
    /// takes a point away where there was no answer. Questions of equal odds are walked one by one in
    /// the order of the odds' file, as the official script does.
    private static Best best(List<Step> steps, ToDoubleFunction<Scored> figure) {
        double score = steps.stream().filter(s -> !s.scored().answerable()).count();
        double best = score;
        double threshold = 0;
        for (Step step : steps) {
            Scored own = step.scored();
            score += own.answerable() ? figure.applyAsDouble(own) : own.predicted() ? -1 : 0;
            if (score > best) {
                best = score;
                threshold = step.odds();
            }
        }
        return new Best(100 * best / steps.size(), threshold);
    }
}
