package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Whether a given value fits schemas: for the values of `enum` and `const`, which other keywords may rule out.
final class SchemaCheck {
    private final SchemaBranches branches;
    private final Budget budget;
    private final Map<String, CharDfa> patterns = new HashMap<>();

    SchemaCheck(SchemaBranches branches, Budget budget) {
        this.branches = branches;
        this.budget = budget;
    }

    /// {@return the texts that hold a match of an expression}
    CharDfa pattern(SchemaPlace place, String regex) {
        return patterns.computeIfAbsent(
                regex, text -> CharDfa.of(search(place, text, budget), "the pattern " + text, budget));
    }

    static Expr search(SchemaPlace place, String regex, Budget budget) {
        String what = "the schema, at " + place.pointer() + ": pattern";
        return RegexParser.search(RegexParser.parse(what, regex, budget), what);
    }

    /// {@return what a format allows, as an expression}
    static Expr format(String regex, Budget budget) {
        return RegexParser.whole(RegexParser.parse("format", regex, budget), "format");
    }

    /// {@return what each `pattern` and each `format` of a branch allows}
    List<CharDfa> texts(SchemaBranch branch) {
        var out = new ArrayList<CharDfa>();
        for (SchemaPlace place : branch.places()) {
            if (place.has("pattern")) {
                out.add(pattern(place, place.text("pattern")));
            }
            String regex = place.has("format") ? Formats.regex(place.text("format")) : null;
            if (regex != null) {
                out.add(patterns.computeIfAbsent(
                        "format " + regex, _ -> CharDfa.of(format(regex, budget), "format", budget)));
            }
        }
        return out;
    }

    /// {@return texts that a string may not be, by `not`}
    List<CharDfa> excluded(SchemaBranch branch) {
        var out = new ArrayList<CharDfa>();
        var words = branch.excluded().stream()
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .toList();
        if (!words.isEmpty()) {
            out.add(CharDfa.of(Expr.words(words), "not", budget));
        }
        for (SchemaPlace place : branch.places()) {
            if (place.has(SchemaNegation.NOT_PATTERN)) {
                out.add(pattern(place, place.text(SchemaNegation.NOT_PATTERN)));
            }
        }
        return out;
    }

    List<SchemaBranch> branches(Collection<SchemaPlace> places) {
        return branches.of(places);
    }

    boolean admits(Collection<SchemaPlace> places, JsonNode value) {
        return branches.of(places).stream().anyMatch(branch -> admits(branch, value));
    }

    boolean admits(SchemaBranch branch, JsonNode value) {
        budget.spend();
        if (!branch.leaves(value)) {
            return false;
        }
        Set<SchemaBranch.Type> types = branch.types(SchemaReading.LITERAL);
        return switch (value.getNodeType()) {
            case NULL -> types.contains(SchemaBranch.Type.NULL);
            case BOOLEAN -> types.contains(SchemaBranch.Type.BOOLEAN);
            case NUMBER -> number(branch, types, value);
            case STRING -> types.contains(SchemaBranch.Type.STRING) && string(branch, value.stringValue());
            case ARRAY -> types.contains(SchemaBranch.Type.ARRAY) && array(branch, value);
            case OBJECT -> types.contains(SchemaBranch.Type.OBJECT) && object(branch, value);
            default -> false;
        };
    }

    private static boolean number(SchemaBranch branch, Set<SchemaBranch.Type> types, JsonNode value) {
        boolean whole = value.decimalValue().stripTrailingZeros().scale() <= 0;
        if (!types.contains(SchemaBranch.Type.NUMBER) && !(whole && types.contains(SchemaBranch.Type.INTEGER))) {
            return false;
        }
        Decimals bounds = branch.decimals(false);
        return bounds == null || bounds.contains(value.decimalValue());
    }

    private boolean string(SchemaBranch branch, String text) {
        int length = text.codePointCount(0, text.length());
        return length >= branch.largest("minLength")
                && length <= branch.smallest("maxLength")
                && texts(branch).stream().allMatch(dfa -> dfa.contains(text))
                && excluded(branch).stream().noneMatch(dfa -> dfa.contains(text));
    }

    private boolean array(SchemaBranch branch, JsonNode value) {
        SchemaArrays.refuse(branch);
        if (value.size() < branch.largest("minItems") || value.size() > branch.smallest("maxItems")) {
            return false;
        }
        for (int i = 0; i < value.size(); i++) {
            if (!admits(SchemaArrays.item(branch, i), value.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean object(SchemaBranch branch, JsonNode value) {
        SchemaObjects.refuse(branch);
        for (String name : SchemaObjects.required(branch)) {
            if (!value.has(name)) {
                return false;
            }
        }
        for (String name : value.propertyNames()) {
            if (!SchemaObjects.mayBeNamed(branch, name, this)
                    || !admits(SchemaObjects.property(branch, name, this), value.get(name))) {
                return false;
            }
        }
        return value.size() >= branch.largest("minProperties") && value.size() <= branch.smallest("maxProperties");
    }
}
