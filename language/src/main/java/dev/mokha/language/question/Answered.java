package dev.mokha.language.question;

import dev.mokha.nn.fit.Task;
import dev.mokha.text.file.WholeFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The answers to a set of questions, and what they score.
///
/// @param predictions by question id, decoded with `threshold`
/// @param score the official figures; with the odds of no answer where some question has none
/// @param threshold on the odds of no answer: tuned for F1 on these very questions; 0 where each has an answer
public record Answered(Map<String, Prediction> predictions, SquadScore score, double threshold) {
    /// Scores predictions. Where some question has no answer, the threshold is tuned first: over the best
    /// spans, whatever threshold they were decoded with, by the official script's search.
    static Answered of(List<Question> questions, Map<String, Prediction> predictions) {
        boolean unanswerable = questions.stream().anyMatch(q -> q.answers().isEmpty());
        if (!unanswerable) {
            return new Answered(
                    predictions,
                    SquadScore.v1(questions, texts(predictions, Prediction::text), Normalization.SQUAD),
                    0);
        }
        Map<String, Double> odds = new LinkedHashMap<>();
        predictions.forEach((id, prediction) -> odds.put(id, prediction.nullOdds()));
        double threshold = SquadScore.v2(
                        questions,
                        texts(predictions, Prediction::span),
                        odds,
                        SquadScore.OFFICIAL_THRESHOLD,
                        Normalization.SQUAD)
                .figure("best_f1_thresh");
        Map<String, Prediction> tuned = new LinkedHashMap<>();
        predictions.forEach((id, prediction) -> tuned.put(id, prediction.decidedBy(threshold)));
        SquadScore score = SquadScore.v2(
                questions, texts(tuned, Prediction::text), odds, Double.POSITIVE_INFINITY, Normalization.SQUAD);
        return new Answered(tuned, score, threshold);
    }

    private static Map<String, String> texts(Map<String, Prediction> predictions, Function<Prediction, String> of) {
        Map<String, String> texts = new LinkedHashMap<>();
        predictions.forEach((id, prediction) -> texts.put(id, of.apply(prediction)));
        return texts;
    }

    /// Writes the official files of predictions, and the scores as `scores.json`.
    public void write(Path folder) {
        PredictionFiles.write(folder, predictions);
        WholeFile.write(folder.resolve("scores.json"), score.toJson() + "\n");
    }

    Task.Evaluation evaluation() {
        return new Task.Evaluation(-score.f1(), Map.of("exact", score.exact(), "f1", score.f1()));
    }
}
