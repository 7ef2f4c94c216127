package dev.mokha.language.task;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The classes of a task in the order of their ids.
public final class LabelSet {
    private final List<String> names;
    private final Map<String, Integer> ids = new HashMap<>();

    private LabelSet(List<String> names, List<String> written) {
        if (names.isEmpty() || written.size() != names.size() || new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("labels must be different names, each once: " + names);
        }
        this.names = List.copyOf(names);
        for (int id = 0; id < names.size(); id++) {
            ids.put(written.get(id), id);
        }
        for (int id = 0; id < names.size(); id++) {
            ids.putIfAbsent(names.get(id), id);
        }
    }

    /// {@return the classes of these names, ids in their order}
    public static LabelSet of(List<String> names) {
        return new LabelSet(names, names);
    }

    /// {@return classes that files write in another way than they are named, such as `1` for `positive`}
    public static LabelSet written(List<String> names, List<String> written) {
        return new LabelSet(names, written);
    }

    /// {@return the classes that occur, in the order of their names, or of their values where all are whole
    /// numbers}
    public static LabelSet among(SequencedCollection<String> labels) {
        boolean numbers = labels.stream().allMatch(label -> label.matches("-?[0-9]{1,9}"));
        if (!numbers) {
            return of(List.copyOf(new TreeSet<>(labels)));
        }
        return of(labels.stream()
                .distinct()
                .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                .toList());
    }

    /// {@return the names in the order of their ids}
    public List<String> names() {
        return names;
    }

    public int size() {
        return names.size();
    }

    /// {@return the id of a label}
    /// @throws TaskDataException for a label that is none of them, with those that are and the nearest
    public int id(String label, Place place) {
        @Nullable Integer id = ids.get(label);
        if (id == null) {
            throw place.error("the label '" + label + "' is none of " + Nearest.list(names) + Nearest.hint(label, names)
                    + "; mend the row, or leave such rows out with --skip-bad-rows");
        }
        return id;
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
