package dev.mokha.language.question;

import java.util.List;
import java.util.Optional;

/// A question about a text, with the answers that annotators gave.
///
/// @param id what predictions are keyed by
/// @param text the question
/// @param context the text that holds the answer, or does not
/// @param answers every annotator's; none where there is no answer, or none is known
/// @param impossible whether the text holds no answer (SQuAD 2.0's `is_impossible`): what training
///     goes by. Scores go by whether there are answers, as the official scripts do
public record Question(String id, String text, String context, List<Gold> answers, boolean impossible) {
    public Question {
        answers = List.copyOf(answers);
        for (Gold gold : answers) {
            if (gold.placed() && !context.startsWith(gold.text(), gold.start())) {
                throw new IllegalArgumentException("question " + id + ": its context does not hold the answer \""
                        + gold.text() + "\" at " + gold.start() + "; give its place, or Gold.NOWHERE");
            }
        }
    }

    /// A question whose answer is not known.
    public static Question ask(String text, String context) {
        return new Question("", text, context, List.of(), false);
    }

    /// {@return the answer to train on: the first that stands in the context. (The official code refuses
    /// training questions with more than one answer.)}
    public Optional<Gold> target() {
        return impossible
                ? Optional.empty()
                : answers.stream().filter(Gold::placed).findFirst();
    }
}
