package dev.mokha.language.encoder;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// The names of a task's classes, by number: `id2label` in `config.json`.
///
/// @param names for each class its name
/// @param problem what the logits mean
public record Labels(List<String> names, Problem problem) {
    public Labels {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a task has at least one label");
        }
        var seen = new HashSet<String>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("two labels are called '" + name + "'");
            }
        }
        if (problem == Problem.REGRESSION && names.size() != 1) {
            throw new IllegalArgumentException("a regression has one output, not " + names);
        }
    }

    /// Classes of which each text has one.
    public static Labels of(List<String> names) {
        return new Labels(names, Problem.SINGLE_LABEL);
    }

    /// Classes that have no names: `LABEL_0`, `LABEL_1`, …, as transformers calls them.
    public static Labels numbered(int count, Problem problem) {
        return new Labels(IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList(), problem);
    }

    /// One number.
    public static Labels regression() {
        return numbered(1, Problem.REGRESSION);
    }

    /// {@return how many there are}
    public int count() {
        return names.size();
    }
}
