package dev.mokha.knowledge.triples;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which columns of a table hold what, by the names in its header.
///
/// @param header whether the first line names the columns; without one they are head, relation, tail
/// @param snapshot the column with the name of the fact's snapshot, if there is one
/// @param split the column with `train`, `valid` or `test`, if there is one
public record Columns(
        boolean header,
        String head,
        String relation,
        String tail,
        @Nullable String snapshot,
        @Nullable String split) {

    /// Three columns without a header: what most files of triples are.
    public static final Columns PLAIN = new Columns(false, "head", "relation", "tail", null, null);

    /// A header with the usual names.
    public static final Columns NAMED = new Columns(true, "head", "relation", "tail", null, null);

    public Columns {
        var names = new ArrayList<>(List.of(head, relation, tail));
        if (snapshot != null) {
            names.add(snapshot);
        }
        if (split != null) {
            names.add(split);
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("one column is named twice in " + names + "; each has one meaning");
        }
    }
}
