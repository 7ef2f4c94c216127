package dev.mokha.language.task;

import java.util.List;

/// A context and several texts of which one fits it.
///
/// @param answer the number of the right choice from 0; −1 where it is not known
public record ChoiceExample(Place place, String context, List<String> choices, int answer) implements Example {
    public ChoiceExample {
        choices = List.copyOf(choices);
        if (choices.size() < 2 || answer < -1 || answer >= choices.size()) {
            throw new IllegalArgumentException(
                    place + ": answer " + answer + " among " + choices.size() + " choices; there must be 2 or more");
        }
    }
}
