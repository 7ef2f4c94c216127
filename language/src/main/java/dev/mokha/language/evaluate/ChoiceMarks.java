package dev.mokha.language.evaluate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// The marks of a multiple-choice question.
///
/// @param choices their texts
/// @param scores of each behind the context
/// @param alone of each behind nothing; empty when not asked for
/// @param right which ones are right; none makes every mark 0
record ChoiceMarks(
        List<String> choices, List<Continuation.Score> scores, List<Continuation.Score> alone, List<Integer> right) {

    double of(Metric metric) {
        return switch (metric) {
            case ACC -> first(this::log);
            case ACC_NORM ->
                first(i ->
                        log(i) / choices.get(i).codePointCount(0, choices.get(i).length()));
            case ACC_BYTES -> first(i -> log(i) / choices.get(i).getBytes(StandardCharsets.UTF_8).length);
            case ACC_MUTUAL_INFO -> first(i -> log(i) - alone.get(i).logLikelihood());
            case EXACT_MATCH -> right.stream().anyMatch(i -> scores.get(i).greedy()) ? 1 : 0;
            case BRIER_SCORE -> brier();
            default -> throw new IllegalArgumentException(metric.key() + " is not a mark of choices");
        };
    }

    private double log(int choice) {
        return scores.get(choice).logLikelihood();
    }

    /// {@return 1 when the best choice, the first of several, is right}
    private double first(IntToDoubleFunction score) {
        int best = 0;
        for (int i = 1; i < scores.size(); i++) {
            if (score.applyAsDouble(i) > score.applyAsDouble(best)) {
                best = i;
            }
        }
        return right.contains(best) ? 1 : 0;
    }

    /// [Brier 1950](https://doi.org/10.1175/1520-0493(1950)078%3C0001:VOFEIT%3E2.0.CO;2), summed over the
    /// choices.
    private double brier() {
        double most = scores.stream()
                .mapToDouble(Continuation.Score::logLikelihood)
                .max()
                .orElseThrow();
        double sum = scores.stream()
                .mapToDouble(score -> Math.exp(score.logLikelihood() - most))
                .sum();
        double squares = 0;
        for (int i = 0; i < scores.size(); i++) {
            double p = Math.exp(log(i) - most) / sum;
            squares += Math.pow(p - (right.contains(i) ? 1 : 0), 2);
        }
        return squares;
    }
}
