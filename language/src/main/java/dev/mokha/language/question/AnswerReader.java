package dev.mokha.language.question;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.language.question.SquadData.Misplaced;
import dev.mokha.language.question.SquadData.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the answers of a question, in any layout that [SquadData] names, and looks whether they stand
/// in the context.
final class AnswerReader {
    private static final int UNSAID = -1;

    private final Misplaced misplaced;
    private final List<Problem> problems = new ArrayList<>();

    AnswerReader(Misplaced misplaced) {
        this.misplaced = misplaced;
    }

    List<Problem> problems() {
        return problems;
    }

    List<Gold> read(JsonNode question, String context, String where) {
        @Nullable JsonNode answers = question.get("answers");
        if (answers == null || answers.isNull()) {
            return List.of();
        }
        List<Gold> gold = new ArrayList<>();
        if (answers.isObject() && answers.path("text").isArray()) {
            columns(answers, context, where, gold);
        } else if (answers.isArray()) {
            for (JsonNode answer : answers) {
                gold.add(one(answer, context, where));
            }
        } else {
            gold.add(one(answers, context, where));
        }
        return gold;
    }

    private void columns(JsonNode answers, String context, String where, List<Gold> gold) {
        JsonNode texts = answers.path("text");
        JsonNode starts = answers.path("answer_start");
        if (!starts.isArray() || starts.size() != texts.size()) {
            throw new CorpusException(where + ": answers has " + texts.size() + " texts but answer_start "
                    + (starts.isArray() ? "has " + starts.size() : "is " + starts) + "; give one start for each text");
        }
        for (int i = 0; i < texts.size(); i++) {
            gold.add(place(string(texts.get(i), where), start(starts.get(i), where), context, where));
        }
    }

    private Gold one(JsonNode answer, String context, String where) {
        if (!answer.isObject()) {
            return place(string(answer, where), UNSAID, context, where);
        }
        String text = SquadReader.text(answer, "text", where);
        @Nullable JsonNode start = answer.get("answer_start");
        return place(text, start == null ? UNSAID : start(start, where), context, where);
    }

    private static String string(JsonNode node, String where) {
        if (!node.isString()) {
            throw new CorpusException(
                    where + ": an answer is " + node + "; write a text, or an object with text and answer_start");
        }
        return node.stringValue();
    }

    private static int start(JsonNode node, String where) {
        if (!node.isInt() || node.intValue() < 0) {
            throw new CorpusException(
                    where + ": answer_start is " + node + "; it counts the code points before the answer, from 0");
        }
        return node.intValue();
    }

    /// @param start in code points, as the files count
    private Gold place(String text, int start, String context, String where) {
        if (text.isBlank()) {
            report(where, "an answer is blank; it counts for nothing");
            return new Gold(text, Gold.NOWHERE);
        }
        if (start != UNSAID) {
            int units = units(context, start);
            if (units >= 0 && context.startsWith(text, units)) {
                return new Gold(text, units);
            }
        }
        int first = context.indexOf(text);
        boolean once = first >= 0 && context.indexOf(text, first + 1) < 0;
        if (start == UNSAID && first >= 0) {
            if (!once) {
                report(
                        where,
                        "the answer \"" + text + "\" has no answer_start and occurs more than once;"
                                + " its first place was taken");
            }
            return new Gold(text, first);
        }
        String wrong = start == UNSAID
                ? "the answer \"" + text + "\" does not occur in the context"
                : units(context, start) < 0
                        ? "answer_start " + start + " lies beyond the context of "
                                + context.codePointCount(0, context.length()) + " characters"
                        : "the context does not hold the answer \"" + text + "\" at answer_start " + start + " but \""
                                + excerpt(context, units(context, start), text.length()) + "\"";
        if (misplaced == Misplaced.REFUSE) {
            throw new CorpusException(
                    where + ": " + wrong + "; correct it, or read with misplaced answers reported instead of refused");
        }
        report(where, wrong + (once ? "; its only occurrence was taken" : "; it counts for scores, not for training"));
        return new Gold(text, once ? first : Gold.NOWHERE);
    }

    private void report(String where, String what) {
        problems.add(new Problem(where, what));
    }

    /// {@return the UTF-16 units before a code point, or -1 when the context is shorter}
    private static int units(String context, int codePoints) {
        if (codePoints > context.length() || codePoints > context.codePointCount(0, context.length())) {
            return -1;
        }
        return context.offsetByCodePoints(0, codePoints);
    }

    private static String excerpt(String context, int start, int length) {
        int end = Math.min(context.length(), start + Math.max(length, 1));
        return context.substring(start, end);
    }
}
