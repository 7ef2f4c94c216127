package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;

/// A JSON Schema as rules: one for each set of schemas that a value has to fit at once, made when it is first
/// called for. So recursion needs no end, and `allOf` is exact: the schemas of a property are those that any
/// of its parts gives it.
final class SchemaCompiler {
    private final SchemaOptions options;
    private final Budget budget;
    private final SchemaDocument document;
    private final SchemaBranches branches;
    private final Map<String, Supplier<Expr>> rules = new HashMap<>();

    private SchemaCompiler(String json, SchemaOptions options) {
        this.options = options;
        this.budget = new Budget(options.limits());
        this.document = new SchemaDocument(json, budget);
        this.branches = new SchemaBranches(document, options, budget);
        JsonText.rules(options.whitespace()).forEach((name, expr) -> rules.put(name, () -> expr));
    }

    static Program compile(String json, SchemaOptions options) {
        var compiler = new SchemaCompiler(json, options);
        String root = "the schema";
        compiler.rules.put(root, () -> compiler.value(List.of(compiler.document.root())));
        return Assembler.assemble(root, compiler::define, compiler.budget);
    }

    private Expr define(String name) {
        Supplier<Expr> rule = rules.get(name);
        if (rule == null) {
            throw new IllegalStateException("no rule " + name);
        }
        return rule.get();
    }

    /// What a value that fits all of these schemas is written as.
    private Expr value(List<SchemaPlace> places) {
        List<SchemaPlace> plain = branches.plain(places);
        if (plain.isEmpty()) {
            return new Expr.Rule(JsonText.VALUE);
        }
        String name = SchemaBranches.name(plain);
        rules.computeIfAbsent(
                name,
                _ -> () -> Expr.choice(
                        branches.of(plain).stream().map(this::branch).toList()));
        return new Expr.Rule(name);
    }

    private Expr branch(SchemaBranch branch) {
        Collection<JsonNode> values = branch.values();
        if (values != null) {
            return literals(values.stream()
                    .filter(value -> branches.check().admits(branch, value))
                    .toList());
        }
        var out = new ArrayList<Expr>();
        Set<SchemaBranch.Type> types = branch.types(options.reading());
        for (SchemaBranch.Type type : types) {
            refuseExcluded(branch, type);
            out.add(
                    switch (type) {
                        case NULL -> literals(branch, NullNode.instance);
                        case BOOLEAN -> literals(branch, BooleanNode.TRUE, BooleanNode.FALSE);
                        case NUMBER, INTEGER -> number(branch, type == SchemaBranch.Type.INTEGER);
                        case STRING -> string(branch);
                        case ARRAY -> SchemaArrays.expr(branch, options.whitespace(), this::value);
                        case OBJECT -> new SchemaObjects(branch, options, branches.check(), budget, this::value).expr();
                    });
        }
        return Expr.choice(out);
    }

    private Expr literals(SchemaBranch branch, JsonNode... values) {
        return literals(Stream.of(values).filter(branch::leaves).toList());
    }

    /// Numbers, arrays and objects are written without regard to values that they may not be.
    private static void refuseExcluded(SchemaBranch branch, SchemaBranch.Type type) {
        boolean numbers = type == SchemaBranch.Type.NUMBER || type == SchemaBranch.Type.INTEGER;
        for (JsonNode out : branch.excluded()) {
            if ((numbers && out.isNumber())
                    || (type == SchemaBranch.Type.ARRAY && out.isArray())
                    || (type == SchemaBranch.Type.OBJECT && out.isObject())) {
                throw branch.places().getFirst().error("not", "with the value " + out + " inside is not supported");
            }
        }
    }

    private Expr literals(List<JsonNode> values) {
        var words = new ArrayList<String>();
        var others = new ArrayList<Expr>();
        for (JsonNode value : values) {
            if (value.isContainer()) {
                others.add(written(value));
            } else {
                words.add(text(value));
            }
        }
        if (!words.isEmpty()) {
            others.add(Expr.words(words));
        }
        return Expr.choice(others);
    }

    private static String text(JsonNode value) {
        return value.isString() ? JsonText.quoted(value.stringValue()) : value.toString();
    }

    private Expr written(JsonNode value) {
        JsonWhitespace space = options.whitespace();
        if (!value.isContainer()) {
            return Expr.literal(text(value));
        }
        var parts = new ArrayList<Expr>();
        Expr comma = Expr.sequence(Expr.literal(","), space.behindComma());
        if (value.isArray()) {
            for (JsonNode item : value) {
                parts.add(parts.isEmpty() ? written(item) : Expr.sequence(comma, written(item)));
            }
            return JsonText.array(new Expr.Sequence(parts), space);
        }
        for (Map.Entry<String, JsonNode> property : value.properties()) {
            Expr member = JsonText.member(
                    Expr.literal(JsonText.quoted(property.getKey())), written(property.getValue()), space);
            parts.add(parts.isEmpty() ? member : Expr.sequence(comma, member));
        }
        return JsonText.object(new Expr.Sequence(parts), space);
    }

    private Expr number(SchemaBranch branch, boolean whole) {
        Decimals bounds = branch.decimals(whole);
        if (bounds == null) {
            return whole ? JsonText.integer() : JsonText.number();
        }
        return bounds.isEmpty()
                ? Expr.NEVER
                : bounds.toExpr("the schema, at " + branch.places().getFirst().pointer(), budget);
    }

    private Expr string(SchemaBranch branch) {
        int least = branch.largest("minLength");
        int most = branch.smallest("maxLength");
        if (least > most) {
            return Expr.NEVER;
        }
        var texts = new ArrayList<Expr>();
        for (SchemaPlace place : branch.places()) {
            if (place.has("pattern")) {
                texts.add(SchemaCheck.search(place, place.text("pattern"), budget));
            }
            if (place.has("format")) {
                String format = place.text("format");
                if (Formats.isRefused(format)) {
                    throw place.error("format", "\"" + format + "\" is not supported");
                }
                String regex = Formats.regex(format);
                if (regex != null) {
                    texts.add(SchemaCheck.format(regex, budget));
                }
            }
        }
        List<CharDfa> excluded = branches.check().excluded(branch);
        if (texts.isEmpty() && excluded.isEmpty()) {
            return JsonText.string(least, most);
        }
        if (texts.isEmpty()) {
            texts.add(Expr.star(Expr.chars(CharSet.ANY)));
        }
        String what = "the schema, at " + branch.places().getFirst().pointer() + ": pattern, format and lengths";
        Expr text = texts.size() == 1 && excluded.isEmpty() ? Lengths.within(texts.getFirst(), least, most) : null;
        return Expr.sequence(
                Expr.literal("\""),
                text == null ? joined(texts, excluded, least, most, what) : escaped(text),
                Expr.literal("\""));
    }

    private Expr joined(List<Expr> texts, List<CharDfa> excluded, int least, int most, String what) {
        @Nullable CharDfa all = null;
        for (Expr text : texts) {
            CharDfa one = CharDfa.of(text, what, budget);
            all = all == null ? one : all.and(one, what, budget);
        }
        if (all == null) {
            return Expr.EMPTY;
        }
        for (CharDfa out : excluded) {
            all = all.minus(out, what, budget);
        }
        boolean bounded = least > 0 || most != Expr.UNBOUNDED;
        return (bounded ? all.ofLength(least, most, what, budget) : all).toExpr(JsonText::character);
    }

    /// A text as it is written inside a string.
    private static Expr escaped(Expr text) {
        return switch (text) {
            case Expr.Chars(CharSet set) -> JsonText.character(set);
            case Expr.Literal(String literal) -> {
                String quoted = JsonText.quoted(literal);
                yield Expr.literal(quoted.substring(1, quoted.length() - 1));
            }
            case Expr.Sequence(List<Expr> parts) ->
                new Expr.Sequence(parts.stream().map(SchemaCompiler::escaped).toList());
            case Expr.Choice(List<Expr> options) ->
                new Expr.Choice(options.stream().map(SchemaCompiler::escaped).toList());
            case Expr.Repeat(Expr body, int min, int max) -> new Expr.Repeat(escaped(body), min, max);
            case Expr.Graph _, Expr.Rule _, Expr.Anchor _ -> throw new IllegalStateException("not of a pattern");
        };
    }
}
