package dev.mokha.language.recipe;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is learned from, and what is measured on.
///
/// @param heldOut never trained on; may be empty
public record Split<T>(List<T> train, List<T> heldOut) {
    public Split {
        train = List.copyOf(train);
        heldOut = List.copyOf(heldOut);
    }

    /// {@return how many examples there are in all}
    public int size() {
        return train.size() + heldOut.size();
    }

    /// {@return the examples as tokens, without those that do not fit}
    ///
    /// @param encoded makes tokens of an example, or null of one that does not fit the context
    /// @throws IllegalArgumentException when none to learn from fits
    public <E> Split<E> encoded(Function<T, @Nullable E> encoded, int context) {
        List<E> fitting = fitting(train, encoded);
        if (fitting.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of " + train.size() + " examples fits a context of " + context + " tokens; lengthen it");
        }
        return new Split<>(fitting, fitting(heldOut, encoded));
    }

    private static <T, E> List<E> fitting(List<T> examples, Function<T, @Nullable E> encoded) {
        return examples.stream().map(encoded).filter(Objects::nonNull).toList();
    }
}
