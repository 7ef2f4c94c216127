package dev.mokha.language.align;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Rated answers that make one batch for a whole run, so that what the reference finds in their mismatches
/// can be kept.
///
/// @param answers as they were rated
/// @param mismatched the prompt of each answer with the answer before it, the first's with the last; cut
///     where the context ends
record RatingGroup(List<EncodedRating> answers, List<AnswerRow> mismatched) {
    static RatingGroup of(List<EncodedRating> answers, int context) {
        List<AnswerRow> mismatched = new ArrayList<>();
        EncodedRating before = answers.getLast();
        for (EncodedRating answer : answers) {
            mismatched.add(answer.row().answeredBy(before.row(), context));
            before = answer;
        }
        return new RatingGroup(answers, mismatched);
    }

    /// Draws groups of `size` answers; one that would be left alone joins the last group.
    ///
    /// @throws IllegalArgumentException when there are not two answers for a group
    static List<RatingGroup> draw(List<EncodedRating> answers, int size, int context, long seed) {
        requireTwo(answers.size(), size);
        List<EncodedRating> drawn = new ArrayList<>(answers);
        Collections.shuffle(drawn, new Random(seed));
        List<RatingGroup> groups = new ArrayList<>();
        for (int from = 0; from < drawn.size(); ) {
            int to = Math.min(drawn.size(), from + size);
            to = drawn.size() - to == 1 ? drawn.size() : to;
            groups.add(of(drawn.subList(from, to), context));
            from = to;
        }
        return groups;
    }

    static void requireTwo(int answers, int size) {
        if (size < 2 || answers < 2) {
            throw new IllegalArgumentException("KTO measures each prompt with another's answer, so it needs two in a"
                    + " batch; there are " + answers + " answers in batches of " + size);
        }
    }

    /// {@return the answers behind their own prompts}
    List<AnswerRow> own() {
        return answers.stream().map(EncodedRating::row).toList();
    }
}
