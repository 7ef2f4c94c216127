package dev.mokha.language.judge;

import dev.mokha.language.evaluate.TaskResult.Figure;
import dev.mokha.text.file.WholeFile;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a judging leaves: `result.json` with its figures, and `judgments.jsonl` with every turn under
/// FastChat's names.
public final class JudgeFiles {
    private static final String RESULT = "result.json";
    private static final String JUDGMENTS = "judgments.jsonl";

    private JudgeFiles() {}

    /// Writes ratings.
    public static void write(Path folder, Grades grades) {
        var lines = new StringBuilder();
        for (Grades.Grade grade : grades.grades()) {
            ObjectNode line = line(grade.question());
            line.put("model", grades.answers().model()).put("judge", grades.judge());
            line.put("turn", grade.turn() + 1);
            line.put("score", grade.rating());
            line.put("judgment", grade.told().text());
            lines.append(refused(line, grade.told())).append('\n');
        }
        write(folder, json(grades), lines.toString());
    }

    /// Writes a duel.
    public static void write(Path folder, Duel duel) {
        var lines = new StringBuilder();
        for (Duel.Game game : duel.games()) {
            ObjectNode line = line(game.question());
            line.put("model_1", duel.a().model()).put("model_2", duel.b().model());
            line.put("judge", duel.judge()).put("turn", game.turn() + 1);
            line.put("g1_winner", winner(game.inAb())).put("g2_winner", winner(game.inBa()));
            Duel.@Nullable Outcome outcome = game.outcome();
            line.put("outcome", outcome == null ? "error" : JudgeReport.word(outcome));
            line.put("g1_judgment", game.ab().text())
                    .put("g2_judgment", game.ba().text());
            lines.append(refused(line, game.unclear())).append('\n');
        }
        write(folder, json(duel), lines.toString());
    }

    private static void write(Path folder, ObjectNode result, String judgments) {
        WholeFile.write(folder.resolve(JUDGMENTS), judgments);
        WholeFile.write(folder.resolve(RESULT), result.toPrettyString() + "\n");
    }

    /// {@return the figures of ratings}
    public static ObjectNode json(Grades grades) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("model", grades.answers().model()).put("judge", grades.judge());
        putFigure(json, "rating", grades.mean());
        putGroups(json, "rating", grades.byTurn(), grades.byCategory());
        json.put("answer_characters", grades.meanLength());
        json.put("answers_cut_short", grades.answers().cutShort());
        putWithout(json, grades.without());
        return json;
    }

    /// {@return the figures of a duel}
    public static ObjectNode json(Duel duel) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("model", duel.a().model()).put("against", duel.b().model()).put("judge", duel.judge());
        putFigure(json, "win_rate", duel.winRate());
        json.put("wins", duel.count(Duel.Outcome.WIN));
        json.put("ties", duel.count(Duel.Outcome.TIE));
        json.put("losses", duel.count(Duel.Outcome.LOSS));
        json.put("p", duel.p());
        Duel.PositionBias bias = duel.positionBias();
        json.putObject("position_bias")
                .put("consistent", bias.consistent())
                .put("toward_first", bias.toFirst())
                .put("toward_second", bias.toSecond());
        json.put("answer_characters", duel.meanLengthA());
        json.put("against_characters", duel.meanLengthB());
        putFigure(json, "length_difference", duel.lengthDifference());
        double longer = duel.longerWins();
        json.put("longer_wins", Double.isNaN(longer) ? null : (Double) longer);
        putGroups(json, "win_rate", duel.byTurn(), duel.byCategory());
        json.put("answers_cut_short", duel.a().cutShort() + duel.b().cutShort());
        putWithout(json, duel.without());
        return json;
    }

    private static void putGroups(
            ObjectNode json, String name, Map<Integer, Figure> byTurn, Map<String, Figure> byCategory) {
        ObjectNode turns = json.putObject("turns");
        byTurn.forEach((turn, figure) -> putFigure(turns.putObject(String.valueOf(turn)), name, figure));
        ObjectNode categories = json.putObject("categories");
        byCategory.forEach((category, figure) -> putFigure(categories.putObject(category), name, figure));
    }

    private static void putFigure(ObjectNode json, String name, Figure figure) {
        json.put(name, figure.value());
        json.putArray(name + "_interval95").add(figure.low()).add(figure.high());
        json.put(name + "_n", figure.questions());
    }

    private static void putWithout(ObjectNode json, Iterable<String> places) {
        var list = json.putArray("without_verdict");
        places.forEach(list::add);
    }

    private static ObjectNode line(Question question) {
        var line = JsonNodeFactory.instance.objectNode();
        putId(line, question.id());
        return question.category().isEmpty() ? line : line.put("category", question.category());
    }

    private static ObjectNode refused(ObjectNode line, Judging.Told told) {
        return told.refusal().isEmpty() ? line : line.put("refusal", told.refusal());
    }

    private static String winner(@Nullable Preference preference) {
        return switch (preference) {
            case FIRST -> "model_1";
            case SECOND -> "model_2";
            case TIE -> "tie";
            case null -> "error";
        };
    }

    /// Puts a question's id in as it was: a number where it is one, as FastChat's are.
    static void putId(ObjectNode line, String id) {
        if (id.matches("0|[1-9]\\d{0,8}")) {
            line.put("question_id", Integer.parseInt(id));
        } else {
            line.put("question_id", id);
        }
    }
}
