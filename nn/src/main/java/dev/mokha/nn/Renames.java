package dev.mokha.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The table from a model's parameter names to a checkpoint's, where the two differ: rules in order, each a pattern
/// whose matches are replaced.
///
/// @param rules applied one after the other to the model's name
public record Renames(List<Rule> rules) {
    /// @param pattern what to find in the name so far
    /// @param replacement what stands there instead; `$1` is the first group
    public record Rule(Pattern pattern, String replacement) {}

    public Renames {
        rules = List.copyOf(rules);
    }

    /// {@return the table that changes nothing}
    public static Renames none() {
        return new Renames(List.of());
    }

    /// {@return this table with one more rule}
    public Renames and(String regex, String replacement) {
        var more = new ArrayList<>(rules);
        more.add(new Rule(Pattern.compile(regex), replacement));
        return new Renames(more);
    }

    /// {@return the checkpoint's name for the model's name}
    public String apply(String name) {
        String renamed = name;
        for (Rule rule : rules) {
            renamed = rule.pattern().matcher(renamed).replaceAll(rule.replacement());
        }
        return renamed;
    }
}
