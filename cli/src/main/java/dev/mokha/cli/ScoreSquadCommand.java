package dev.mokha.cli;

import dev.mokha.language.question.Normalization;
import dev.mokha.language.question.PredictionFiles;
import dev.mokha.language.question.Question;
import dev.mokha.language.question.SquadData;
import dev.mokha.language.question.SquadScore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha score squad`: exact match and F1 of answers.
@Command(
        name = "squad",
        description = {
            "Scores predictions as evaluate-v1.1.py does, or, where some question has no answer, as evaluate-v2.0.py.",
            "The figures are printed as JSON, under the official names."
        },
        footer = "  mokha score squad dev-v2.0.json predictions.json --na-prob null_odds.json")
final class ScoreSquadCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DATA",
            description = "Questions with their answers: SQuAD JSON or JSON lines, or gzipped.")
    private Path data;

    @Parameters(paramLabel = "PREDICTIONS", description = "An object of question ids and answers.")
    private Path predictions;

    @Option(
            names = "--na-prob",
            paramLabel = "FILE",
            description = "Question ids and odds, or probabilities, of no answer: adds the best threshold.")
    private @Nullable Path odds;

    @Option(
            names = "--na-prob-thresh",
            defaultValue = "1.0",
            description = "With --na-prob: above it a prediction counts as no answer.")
    private double threshold;

    @Option(names = "--v2", description = "Scores as SQuAD 2.0 even if every question has an answer.")
    private boolean second;

    @Option(
            names = "--normalization",
            defaultValue = "squad",
            description = "${COMPLETION-CANDIDATES}. Figures of arabic, which folds letter forms, are not official.")
    private Normalization normalization;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        SquadData read = SquadData.read(data);
        List<Question> questions = read.questions();
        Map<String, String> answers = PredictionFiles.readAnswers(predictions);
        boolean unanswered = questions.stream().anyMatch(q -> q.answers().isEmpty());
        SquadScore score = odds != null
                ? SquadScore.v2(questions, answers, PredictionFiles.readOdds(odds), threshold, normalization)
                : second || unanswered
                        ? SquadScore.v2(questions, answers, normalization)
                        : SquadScore.v1(questions, answers, normalization);
        if (!score.unanswered().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(score.unanswered().size() + " of " + questions.size() + " questions have no prediction,"
                            + " such as '" + score.unanswered().getFirst() + "', and score 0");
        }
        spec.commandLine().getOut().println(score.toJson());
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
