package dev.mokha.knowledge.triples;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What a fact is for: to learn from, to choose a model by, or to measure it with.
public enum Split {
    TRAIN(0),
    VALID(1),
    TEST(2);

    private final int number;

    Split(int number) {
        this.number = number;
    }

    /// {@return the number by which a store knows it}
    public int number() {
        return number;
    }

    /// {@return the split of this number}
    public static Split of(int number) {
        for (Split split : values()) {
            if (split.number == number) {
                return split;
            }
        }
        throw new IllegalArgumentException("no split has the number " + number + "; there are 0, 1 and 2");
    }

    /// {@return the split of this name, upper or lower case}
    ///
    /// @throws IllegalArgumentException naming the three there are
    public static Split of(String name) {
        for (Split split : values()) {
            if (split.name().equalsIgnoreCase(name)) {
                return split;
            }
        }
        throw new IllegalArgumentException("'" + name + "' is no split; write " + String.join(", ", names()));
    }

    /// {@return the name in lower case, as files have it}
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static List<String> names() {
        return Arrays.stream(values()).map(Split::label).toList();
    }
}
