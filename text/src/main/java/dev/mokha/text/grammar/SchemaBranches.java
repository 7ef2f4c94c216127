package dev.mokha.text.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The ways in which a value can fit several schemas at once: one {@link SchemaBranch} for each choice of
/// alternatives. A value fits when it fits one branch.
final class SchemaBranches {
    private static final int MOST = 1_000;
    private static final int MOST_EXCLUSIVE = 100;
    private static final int DEPTH_OF_PROOF = 6;
    private static final List<String> REFUSED = List.of("$dynamicRef", "$recursiveRef");

    private final SchemaDocument document;
    private final SchemaOptions options;
    private final Budget budget;
    private final SchemaCheck check;
    private final Map<String, List<SchemaBranch>> known = new HashMap<>();

    SchemaBranches(SchemaDocument document, SchemaOptions options, Budget budget) {
        this.document = document;
        this.options = options;
        this.budget = budget;
        this.check = new SchemaCheck(this, budget);
    }

    SchemaCheck check() {
        return check;
    }

    /// {@return a name for these schemas together}
    static String name(Collection<SchemaPlace> places) {
        return String.join(
                " & ", new TreeSet<>(places.stream().map(SchemaPlace::pointer).toList()));
    }

    /// {@return the places without those that allow anything, and with what a bare reference refers to in
    /// its place}
    List<SchemaPlace> plain(Collection<SchemaPlace> places) {
        var out = new LinkedHashSet<SchemaPlace>();
        for (SchemaPlace place : places) {
            SchemaPlace at = place;
            var seen = new HashSet<SchemaPlace>();
            while (at.schema().isObject()
                    && at.has("$ref")
                    && (document.refAlone() || at.schema().size() == 1)
                    && seen.add(at)) {
                at = document.referred(at);
            }
            boolean anything = at.schema().isBoolean()
                    ? at.schema().booleanValue()
                    : at.schema().isEmpty();
            if (!anything) {
                out.add(at);
            }
        }
        return List.copyOf(out);
    }

    /// {@return the branches, for writing: keywords that are not supported are refused}
    List<SchemaBranch> of(Collection<SchemaPlace> places) {
        String name = name(places);
        List<SchemaBranch> before = known.get(name);
        if (before == null) {
            before = new ArrayList<>();
            new Expansion(true, before).expand(places, new HashSet<>(), new ArrayList<>(), List.of(), 0);
            known.put(name, before);
        }
        return before;
    }

    /// {@return branches of which a value that fits has at least one: keywords that are not supported are
    /// left out}
    List<SchemaBranch> atLeast(Collection<SchemaPlace> places) {
        var out = new ArrayList<SchemaBranch>();
        new Expansion(false, out).expand(places, new HashSet<>(), new ArrayList<>(), List.of(), 0);
        return out;
    }

    private final class Expansion {
        private final boolean strict;
        private final List<SchemaBranch> out;

        Expansion(boolean strict, List<SchemaBranch> out) {
            this.strict = strict;
            this.out = out;
        }

        /// @param pending alternatives of which one each has still to be taken
        void expand(
                Collection<SchemaPlace> todo,
                Set<SchemaPlace> seen,
                List<SchemaPlace> locals,
                List<List<List<SchemaPlace>>> pending,
                int depth) {
            budget.nesting(depth, "the schema");
            var choices = new ArrayList<>(pending);
            var work = new ArrayDeque<>(todo);
            while (!work.isEmpty()) {
                budget.spend();
                SchemaPlace place = work.remove();
                if (!seen.add(place)) {
                    continue;
                }
                if (place.schema().isBoolean()) {
                    if (place.isFalse()) {
                        return;
                    }
                    continue;
                }
                if (!place.schema().isObject()) {
                    throw new GrammarException(
                            "the schema, at " + place.pointer() + ": expected an object, true or false");
                }
                if (place.has("$ref")) {
                    work.addFirst(document.referred(place));
                    if (document.refAlone()) {
                        continue;
                    }
                }
                locals.add(place);
                conditions(place, choices);
                work.addAll(all(place, "allOf"));
                choices.addAll(SchemaConditions.of(place));
                if (place.has("anyOf")) {
                    choices.add(all(place, "anyOf").stream().map(List::of).toList());
                }
                if (place.has("oneOf")) {
                    List<SchemaPlace> alternatives = all(place, "oneOf");
                    if (strict && !options.oneOfAsAnyOf()) {
                        refuseOverlap(place, alternatives, seen, locals);
                    }
                    choices.add(alternatives.stream().map(List::of).toList());
                }
            }
            if (choices.isEmpty()) {
                if (out.size() == MOST) {
                    throw new GrammarException("the schema, at " + name(todo)
                            + ": anyOf, oneOf and allOf make more than " + MOST + " combinations");
                }
                out.add(new SchemaBranch(locals));
                return;
            }
            for (List<SchemaPlace> alternative : choices.removeFirst()) {
                expand(alternative, new HashSet<>(seen), new ArrayList<>(locals), choices, depth + 1);
            }
        }

        /// Adds the alternatives that `not` and `if` leave.
        private void conditions(SchemaPlace place, List<List<List<SchemaPlace>>> choices) {
            try {
                if (place.has("not")) {
                    choices.add(SchemaNegation.of(place, "not"));
                }
                if (place.has("if") && (place.has("then") || place.has("else"))) {
                    var alternatives = new ArrayList<List<SchemaPlace>>();
                    alternatives.add(with(List.of(place.at("if")), place, "then"));
                    for (List<SchemaPlace> otherwise : SchemaNegation.of(place, "if")) {
                        alternatives.add(with(otherwise, place, "else"));
                    }
                    choices.add(alternatives);
                }
            } catch (GrammarException e) {
                if (strict) {
                    throw e; // otherwise it is left out: more fits then
                }
            }
            if (strict) {
                for (String keyword : REFUSED) {
                    if (place.has(keyword)) {
                        throw place.unsupported(keyword);
                    }
                }
            }
        }

        private static List<SchemaPlace> with(List<SchemaPlace> places, SchemaPlace place, String keyword) {
            var out = new ArrayList<>(places);
            if (place.has(keyword)) {
                out.add(place.at(keyword));
            }
            return out;
        }
    }

    private static List<SchemaPlace> all(SchemaPlace place, String keyword) {
        JsonNode list = place.schema().get(keyword);
        var out = new ArrayList<SchemaPlace>();
        if (list != null) {
            if (!list.isArray()) {
                throw place.error(keyword, "is an array of schemas");
            }
            for (int i = 0; i < list.size(); i++) {
                out.add(place.at(keyword, i));
            }
        }
        return out;
    }

    private void refuseOverlap(
            SchemaPlace place, List<SchemaPlace> alternatives, Set<SchemaPlace> seen, List<SchemaPlace> locals) {
        if (alternatives.size() > MOST_EXCLUSIVE) {
            throw place.error("oneOf", "has more than " + MOST_EXCLUSIVE + " alternatives");
        }
        for (int i = 0; i < alternatives.size(); i++) {
            for (int j = 0; j < i; j++) {
                var both = new ArrayList<SchemaBranch>();
                new Expansion(false, both)
                        .expand(
                                List.of(alternatives.get(i), alternatives.get(j)),
                                new HashSet<>(seen),
                                new ArrayList<>(locals),
                                List.of(),
                                0);
                for (SchemaBranch branch : both) {
                    if (!isEmpty(branch, 0)) {
                        throw place.error(
                                "oneOf",
                                "has alternatives " + j + " and " + i
                                        + ", which a value might fit both; say anyOf, tell them"
                                        + " apart by a required property of constant value, or allow oneOf as anyOf");
                    }
                }
            }
        }
    }

    /// {@return whether it is certain that no value fits these schemas}
    private boolean isEmpty(Collection<SchemaPlace> places, int depth) {
        if (depth > DEPTH_OF_PROOF) {
            return false;
        }
        return atLeast(places).stream().allMatch(branch -> isEmpty(branch, depth));
    }

    private boolean isEmpty(SchemaBranch branch, int depth) {
        budget.spend();
        Collection<JsonNode> values = branch.values();
        if (values != null) {
            return values.stream().noneMatch(value -> check.admits(branch, value));
        }
        return branch.types(SchemaReading.LITERAL).stream().allMatch(type -> switch (type) {
            case NULL, BOOLEAN -> false;
            case NUMBER, INTEGER -> {
                Decimals bounds = branch.decimals(false);
                yield bounds != null && bounds.isEmpty();
            }
            case STRING -> branch.largest("minLength") > branch.smallest("maxLength") || hasNoText(branch);
            case ARRAY -> hasNoArray(branch, depth);
            case OBJECT -> hasNoObject(branch, depth);
        });
    }

    private boolean hasNoText(SchemaBranch branch) {
        var texts = check.texts(branch);
        if (texts.size() < 2) {
            return false;
        }
        try {
            CharDfa both = null;
            for (CharDfa text : texts) {
                both = both == null ? text : both.and(text, "pattern", budget);
            }
            return both != null && both.isEmpty();
        } catch (GrammarException _) {
            return false; // too large to tell
        }
    }

    private boolean hasNoArray(SchemaBranch branch, int depth) {
        int least = branch.largest("minItems");
        if (least > branch.smallest("maxItems")) {
            return true;
        }
        for (int i = 0; i < Math.min(least, 8); i++) {
            if (isEmpty(SchemaArrays.item(branch, i), depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasNoObject(SchemaBranch branch, int depth) {
        if (branch.largest("minProperties") > branch.smallest("maxProperties")) {
            return true;
        }
        for (String name : SchemaObjects.required(branch)) {
            if (isEmpty(SchemaObjects.property(branch, name, check), depth + 1)) {
                return true;
            }
        }
        return false;
    }
}
