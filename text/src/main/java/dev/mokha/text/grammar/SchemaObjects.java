package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// Objects of a schema: declared properties in the order of the schema, then those that only a pattern or
/// `additionalProperties` allows.
final class SchemaObjects {
    private static final int MOST_COUNTED = 64;
    private static final int MOST_PATTERNS = 6;
    private static final List<String> REFUSED = List.of("unevaluatedProperties");

    private final SchemaBranch branch;
    private final SchemaOptions options;
    private final SchemaCheck check;
    private final Budget budget;
    private final Function<List<SchemaPlace>, Expr> value;

    /// @param value what a value of these schemas is written as
    SchemaObjects(
            SchemaBranch branch,
            SchemaOptions options,
            SchemaCheck check,
            Budget budget,
            Function<List<SchemaPlace>, Expr> value) {
        this.branch = branch;
        this.options = options;
        this.check = check;
        this.budget = budget;
        this.value = value;
    }

    static void refuse(SchemaBranch branch) {
        for (String keyword : REFUSED) {
            for (SchemaPlace place : branch.places()) {
                JsonNode found = place.schema().get(keyword);
                if (found != null && (!found.isEmpty() || place.at(keyword).isFalse())) {
                    throw place.unsupported(keyword);
                }
            }
        }
    }

    static Set<String> required(SchemaBranch branch) {
        var out = new LinkedHashSet<String>();
        for (SchemaPlace place : branch.places()) {
            JsonNode list = place.schema().get("required");
            if (list != null && list.isArray()) {
                list.forEach(name -> out.add(name.asString()));
            }
        }
        return out;
    }

    private static Set<String> declared(SchemaBranch branch) {
        var out = new LinkedHashSet<String>();
        for (SchemaPlace place : branch.places()) {
            if (place.has("properties")) {
                if (!place.schema().get("properties").isObject()) {
                    throw place.error("properties", "is an object");
                }
                out.addAll(place.schema().get("properties").propertyNames());
            }
        }
        return out;
    }

    private static Set<String> patterns(SchemaPlace place) {
        JsonNode patterns = place.schema().get("patternProperties");
        return patterns == null || !patterns.isObject() ? Set.of() : Set.copyOf(patterns.propertyNames());
    }

    /// {@return the schemas of a property}
    static List<SchemaPlace> property(SchemaBranch branch, String name, SchemaCheck check) {
        var out = new ArrayList<SchemaPlace>();
        for (SchemaPlace place : branch.places()) {
            boolean known = false;
            if (place.schema().path("properties").has(name)) {
                out.add(place.at("properties").at(name));
                known = true;
            }
            for (String pattern : patterns(place)) {
                if (check.pattern(place, pattern).contains(name)) {
                    out.add(place.at("patternProperties").at(pattern));
                    known = true;
                }
            }
            if (!known && place.has("additionalProperties")) {
                out.add(place.at("additionalProperties"));
            }
        }
        return out;
    }

    static boolean mayBeNamed(SchemaBranch branch, String name, SchemaCheck check) {
        return branch.places().stream()
                .filter(place -> place.has("propertyNames"))
                .allMatch(place -> check.admits(List.of(place.at("propertyNames")), StringNode.valueOf(name)));
    }

    Expr expr() {
        refuse(branch);
        Set<String> required = required(branch);
        var names = declared(branch);
        names.addAll(required);
        var properties = new ArrayList<Property>();
        for (String name : names) {
            List<SchemaPlace> places = property(branch, name, check);
            boolean never = places.stream().anyMatch(SchemaPlace::isFalse) || !mayBeNamed(branch, name, check);
            if (!never) {
                properties.add(new Property(name, value.apply(places), required.contains(name)));
            } else if (required.contains(name)) {
                return Expr.NEVER;
            }
        }
        Expr extra = extra(names);
        int least = branch.largest("minProperties") <= required.size() ? 0 : branch.largest("minProperties");
        int most = branch.smallest("maxProperties");
        if (extra.equals(Expr.NEVER) && most >= properties.size()) {
            most = Expr.UNBOUNDED;
        }
        if (least > 1 && !extra.equals(Expr.NEVER)) {
            SchemaPlace place = branch.with("minProperties");
            if (place != null) {
                throw place.error(
                        "minProperties",
                        "above 1 is not supported where undeclared properties may be written: one"
                                + " might be written twice");
            }
        }
        int counted = most == Expr.UNBOUNDED ? Math.max(least, 1) : most;
        if (counted > MOST_COUNTED) {
            SchemaPlace place = branch.with(most == Expr.UNBOUNDED ? "minProperties" : "maxProperties");
            if (place != null) {
                throw place.error("minProperties and maxProperties", "are supported up to " + MOST_COUNTED);
            }
        }
        return JsonText.object(members(properties, extra, least, most, counted), options.whitespace());
    }

    private record Property(String name, Expr value, boolean required) {}

    /// A graph over how many of the properties were passed and how many were written.
    private Expr members(List<Property> properties, Expr extra, int least, int most, int counted) {
        JsonWhitespace space = options.whitespace();
        Expr comma = Expr.sequence(Expr.literal(","), space.behindComma());
        var graph = new Expr.Graph();
        int[] row = nodes(graph, counted, false);
        for (Property property : properties) {
            int[] values = nodes(graph, counted, false);
            int[] next = nodes(graph, counted, false);
            Expr key = Expr.sequence(Expr.literal(JsonText.quoted(property.name) + ":"), space.behindColon());
            for (int written = 0; written <= counted; written++) {
                int after = after(written, counted, most);
                if (after >= 0) {
                    graph.edge(row[written], written == 0 ? key : Expr.sequence(comma, key), values[after]);
                }
                if (written > 0) {
                    graph.edge(values[written], property.value, next[written]);
                }
                if (!property.required) {
                    graph.edge(row[written], Expr.EMPTY, next[written]);
                }
            }
            row = next;
        }
        for (int written = 0; written <= counted; written++) {
            if (written >= least) {
                graph.makeFinal(row[written]);
            }
            int after = after(written, counted, most);
            if (after >= 0 && !extra.equals(Expr.NEVER)) {
                graph.edge(row[written], written == 0 ? extra : Expr.sequence(comma, extra), row[after]);
            }
        }
        return graph;
    }

    private static int[] nodes(Expr.Graph graph, int counted, boolean isFinal) {
        int[] nodes = new int[counted + 1];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = graph.node(isFinal);
        }
        return nodes;
    }

    /// {@return how many are written after one more, or -1 when that is too many}
    private static int after(int written, int counted, int most) {
        return written < counted ? written + 1 : most == Expr.UNBOUNDED ? counted : -1;
    }

    /// One property that is not declared, by which patterns its name fits.
    private Expr extra(Set<String> names) {
        boolean closed = branch.places().stream()
                .anyMatch(place -> place.has("additionalProperties")
                        && place.at("additionalProperties").isFalse()
                        && patterns(place).isEmpty());
        boolean said = branch.places().stream()
                .anyMatch(place -> place.has("additionalProperties")
                        || place.has("patternProperties")
                        || place.has("propertyNames"));
        boolean meant = said || names.isEmpty() || branch.largest("minProperties") > names.size();
        if (closed || (options.reading() == SchemaReading.INTENDED && !meant)) {
            return Expr.NEVER;
        }
        var patterns = new ArrayList<Map.Entry<SchemaPlace, String>>();
        for (SchemaPlace place : branch.places()) {
            patterns(place).stream().sorted().forEach(pattern -> patterns.add(Map.entry(place, pattern)));
        }
        if (patterns.size() > MOST_PATTERNS) {
            throw branch.places().getFirst().error("patternProperties", "of more than " + MOST_PATTERNS + " patterns");
        }
        if (names.isEmpty() && patterns.isEmpty() && branch.with("propertyNames") == null) {
            return member(
                    JsonText.string(0, Expr.UNBOUNDED),
                    branch.places().stream()
                            .filter(place -> place.has("additionalProperties"))
                            .map(place -> place.at("additionalProperties"))
                            .toList());
        }
        CharDfa free = CharDfa.of(Expr.star(Expr.chars(CharSet.ANY)), "names", budget);
        if (!names.isEmpty()) {
            free = free.minus(CharDfa.of(Expr.words(List.copyOf(names)), "names", budget), "names", budget);
        }
        for (SchemaPlace place : branch.places()) {
            if (place.has("propertyNames")) {
                free = free.and(names(place), "propertyNames", budget);
            }
        }
        var cells = new ArrayList<Expr>();
        cells(free, patterns, 0, new ArrayList<>(), cells);
        return cells.isEmpty() ? Expr.NEVER : Expr.choice(cells);
    }

    private CharDfa names(SchemaPlace place) {
        CharDfa out = null;
        for (SchemaBranch names : check.branches(List.of(place.at("propertyNames")))) {
            if (names.values() != null || out != null) {
                throw place.error("propertyNames", "is supported with pattern, format and lengths only");
            }
            out = CharDfa.of(Expr.star(Expr.chars(CharSet.ANY)), "names", budget);
            for (CharDfa text : check.texts(names)) {
                out = out.and(text, "propertyNames", budget);
            }
            int least = names.largest("minLength");
            int most = names.smallest("maxLength");
            if (least > 0 || most != Expr.UNBOUNDED) {
                out = out.ofLength(least, most, "propertyNames", budget);
            }
        }
        return out == null ? CharDfa.of(Expr.NEVER, "names", budget) : out;
    }

    private void cells(
            CharDfa names,
            List<Map.Entry<SchemaPlace, String>> patterns,
            int index,
            List<Map.Entry<SchemaPlace, String>> matched,
            List<Expr> out) {
        if (names.isEmpty()) {
            return;
        }
        if (index == patterns.size()) {
            List<SchemaPlace> places = placesOf(matched);
            if (places.stream().noneMatch(SchemaPlace::isFalse)) {
                Expr key = Expr.sequence(Expr.literal("\""), names.toExpr(JsonText::character), Expr.literal("\""));
                out.add(member(key, places));
            }
            return;
        }
        var pattern = patterns.get(index);
        CharDfa dfa = check.pattern(pattern.getKey(), pattern.getValue());
        var with = new ArrayList<>(matched);
        with.add(pattern);
        cells(names.and(dfa, "patternProperties", budget), patterns, index + 1, with, out);
        cells(names.minus(dfa, "patternProperties", budget), patterns, index + 1, matched, out);
    }

    private List<SchemaPlace> placesOf(List<Map.Entry<SchemaPlace, String>> matched) {
        var out = new ArrayList<SchemaPlace>();
        for (SchemaPlace place : branch.places()) {
            boolean known = false;
            for (var pattern : matched) {
                if (pattern.getKey().equals(place)) {
                    out.add(place.at("patternProperties").at(pattern.getValue()));
                    known = true;
                }
            }
            if (!known && place.has("additionalProperties")) {
                out.add(place.at("additionalProperties"));
            }
        }
        return out;
    }

    private Expr member(Expr key, List<SchemaPlace> places) {
        return JsonText.member(key, value.apply(places), options.whitespace());
    }
}
