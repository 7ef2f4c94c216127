package dev.mokha.knowledge.triples;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Names and their numbers: 0, 1, 2, … by first appearance. A number never changes and is never given twice.
public final class Names {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /// {@return the number of this name, a new one when it was not seen before}
    public int add(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name is empty; give it at least one character");
        }
        int fresh = names.size();
        Integer known = numbers.putIfAbsent(name, fresh);
        if (known != null) {
            return known;
        }
        names.add(name);
        return fresh;
    }

    /// {@return the number of this name, if it was ever added}
    public OptionalInt number(String name) {
        Integer known = numbers.get(name);
        return known == null ? OptionalInt.empty() : OptionalInt.of(known);
    }

    /// {@return the name of this number}
    ///
    /// @throws IllegalArgumentException for a number that no name has
    public String name(int number) {
        if (number < 0 || number >= names.size()) {
            throw new IllegalArgumentException(
                    "no name has the number %d; there are %d names, counted from 0".formatted(number, names.size()));
        }
        return names.get(number);
    }

    /// {@return how many names there are}
    public int size() {
        return names.size();
    }

    /// {@return all names by number: a view that grows with this}
    public List<String> all() {
        return Collections.unmodifiableList(names);
    }
}
