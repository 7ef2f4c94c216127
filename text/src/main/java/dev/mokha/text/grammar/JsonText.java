package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The parts of JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)) as expressions.
///
/// Numbers have at most 64 digits before the point and 64 behind it and an exponent up to 199, so that they
/// end, and so that every reader can hold them.
final class JsonText {
    static final String VALUE = "JSON value";
    static final String OBJECT = "JSON object";
    private static final String ARRAY = "JSON array";
    private static final String NUMBER = "JSON number";

    private static final CharSet DIGITS = CharSet.of('0', '9');
    private static final CharSet HEX = CharSet.ofPairs('0', '9', 'a', 'f', 'A', 'F');
    private static final CharSet CONTROLS = CharSet.of(0, 0x1F);
    /// Characters that stand for themselves in a string.
    private static final CharSet PLAIN = CONTROLS.or(CharSet.of("\"\\")).negated();

    /// One character of a string, however it is written. Half of a surrogate pair is none.
    private static final Expr CHARACTER = Expr.choice(
            Expr.chars(PLAIN),
            Expr.sequence(
                    Expr.literal("\\"),
                    Expr.choice(
                            Expr.chars(CharSet.of("\"\\/bfnrt")),
                            Expr.sequence(
                                    Expr.literal("u"),
                                    Expr.choice(
                                            hex(HEX.minus(CharSet.of("dD")), HEX),
                                            hex(CharSet.of("dD"), CharSet.of('0', '7')),
                                            Expr.sequence(
                                                    hex(CharSet.of("dD"), CharSet.of("89abAB")),
                                                    Expr.literal("\\u"),
                                                    hex(CharSet.of("dD"), CharSet.of("cdefCDEF"))))))));

    private JsonText() {}

    private static Expr hex(CharSet first, CharSet second) {
        return Expr.sequence(Expr.chars(first), Expr.chars(second), Expr.chars(HEX), Expr.chars(HEX));
    }

    /// A string of so many characters.
    static Expr string(int min, int max) {
        return Expr.sequence(Expr.literal("\""), new Expr.Repeat(CHARACTER, min, max), Expr.literal("\""));
    }

    /// The characters of a set as a string holds them: escaped where they have to be, and only there.
    static Expr character(CharSet set) {
        var options = new ArrayList<Expr>();
        CharSet plain = set.and(PLAIN);
        if (!plain.isEmpty()) {
            options.add(Expr.chars(plain));
        }
        CharSet escaped = set.minus(PLAIN);
        for (int i = 0; i < escaped.ranges(); i++) {
            for (int c = escaped.low(i); c <= escaped.high(i); c++) {
                options.add(Expr.literal(escaped(c)));
            }
        }
        return Expr.choice(options);
    }

    private static String escaped(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < 0x20 ? "\\u%04x".formatted(c) : Character.toString(c);
        };
    }

    /// {@return a text as a JSON string, quotes included}
    static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints().forEach(c -> out.append(escaped(c)));
        return out.append('"').toString();
    }

    /// Any whole number.
    static Expr integer() {
        return Expr.sequence(Expr.optional(Expr.literal("-")), digitsWithoutLeadingZero());
    }

    private static Expr digitsWithoutLeadingZero() {
        return Expr.choice(
                Expr.literal("0"),
                Expr.sequence(Expr.chars(CharSet.of('1', '9')), new Expr.Repeat(Expr.chars(DIGITS), 0, 63)));
    }

    /// Any number.
    static Expr number() {
        Expr digit = Expr.chars(DIGITS);
        Expr exponent = Expr.choice(
                new Expr.Repeat(digit, 1, 2), Expr.sequence(Expr.literal("1"), new Expr.Repeat(digit, 2, 2)));
        return Expr.sequence(
                integer(),
                Expr.optional(Expr.sequence(Expr.literal("."), new Expr.Repeat(digit, 1, 64))),
                Expr.optional(Expr.sequence(
                        Expr.chars(CharSet.of("eE")), Expr.optional(Expr.chars(CharSet.of("+-"))), exponent)));
    }

    /// Items with commas between them.
    static Expr list(Expr item, int min, int max, JsonWhitespace space) {
        if (max == 0) {
            return Expr.EMPTY;
        }
        Expr more = Expr.sequence(Expr.literal(","), space.behindComma(), item);
        int upTo = max == Expr.UNBOUNDED ? max : max - 1;
        Expr some = Expr.sequence(item, new Expr.Repeat(more, Math.max(min - 1, 0), upTo));
        return min == 0 ? Expr.optional(some) : some;
    }

    static Expr array(Expr items, JsonWhitespace space) {
        return brackets("[", items, "]", space);
    }

    static Expr object(Expr members, JsonWhitespace space) {
        return brackets("{", members, "}", space);
    }

    private static Expr brackets(String open, Expr inside, String close, JsonWhitespace space) {
        return Expr.sequence(
                Expr.literal(open), space.insideBrackets(), inside, space.insideBrackets(), Expr.literal(close));
    }

    static Expr member(Expr key, Expr value, JsonWhitespace space) {
        return Expr.sequence(key, Expr.literal(":"), space.behindColon(), value);
    }

    /// The rules {@link #VALUE} and {@link #OBJECT} and what they need.
    static Map<String, Expr> rules(JsonWhitespace space) {
        var value = new Expr.Rule(VALUE);
        Expr member = member(string(0, Expr.UNBOUNDED), value, space);
        return Map.of(
                VALUE,
                Expr.choice(List.of(
                        new Expr.Rule(OBJECT),
                        new Expr.Rule(ARRAY),
                        string(0, Expr.UNBOUNDED),
                        new Expr.Rule(NUMBER),
                        Expr.literal("true"),
                        Expr.literal("false"),
                        Expr.literal("null"))),
                OBJECT,
                object(list(member, 0, Expr.UNBOUNDED, space), space),
                ARRAY,
                array(list(value, 0, Expr.UNBOUNDED, space), space),
                NUMBER,
                number());
    }
}
