package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a regular expression: what ECMAScript's and Java's have in common and is regular. Groups may be
/// named or not; lookaround, backreferences and `\b` are refused, since no finite automaton reads them.
final class RegexParser {
    static final int MOST_REPEATS = 1_000_000;
    private static final CharSet SPACE = CharSet.of(" \t\n\u000B\f\r");
    /// What is white space to ECMAScript or to Java: not in `\S`, so that both agree with what is written.
    private static final CharSet ANY_SPACE = SPACE.or(CharSet.of("\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF"))
            .or(CharSet.of(0x2000, 0x200A));
    private static final CharSet DIGIT = CharSet.of('0', '9');
    private static final CharSet WORD = CharSet.ofPairs('a', 'z', 'A', 'Z', '0', '9', '_', '_');
    private static final CharSet DOT = CharSet.of("\n\r\u0085\u2028\u2029").negated();

    private final Cursor in;
    private final Budget budget;

    private RegexParser(Cursor in, Budget budget) {
        this.in = in;
        this.budget = budget;
    }

    /// @param what how errors call the expression
    /// @return with {@link Expr.Anchor}s where they stand
    static Expr parse(String what, String regex, Budget budget) {
        var parser = new RegexParser(new Cursor(what + " " + shown(regex), regex), budget);
        Expr expr = parser.choice(0);
        if (!parser.in.atEnd()) {
            throw parser.in.error("a ) without its (");
        }
        return expr;
    }

    private static String shown(String regex) {
        String line = regex.length() > 80 ? regex.substring(0, 77) + "..." : regex;
        return "/" + line.replace("\n", "\\n") + "/";
    }

    private Expr choice(int depth) {
        budget.nesting(depth, "a regular expression");
        var options = new ArrayList<Expr>();
        do {
            options.add(sequence(depth));
        } while (in.take("|"));
        return Expr.choice(options);
    }

    private Expr sequence(int depth) {
        var parts = new ArrayList<Expr>();
        for (int c = in.peek(); c != Cursor.END && c != '|' && c != ')'; c = in.peek()) {
            budget.spend();
            Expr item = item(depth);
            for (Expr more = repeated(item); more != null; more = repeated(item)) {
                item = more;
            }
            parts.add(item);
        }
        return Expr.sequence(parts);
    }

    private Expr item(int depth) {
        int c = in.next();
        return switch (c) {
            case '(' -> group(depth);
            case '[' -> Expr.chars(set());
            case '.' -> Expr.chars(DOT);
            case '^' -> new Expr.Anchor(false);
            case '$' -> new Expr.Anchor(true);
            case '*', '+', '?' -> throw in.error(Character.toString(c) + " has nothing before it to repeat");
            case '\\' -> {
                if (in.peek() == 'b' || in.peek() == 'B') {
                    throw in.error("the word boundary \\b is not supported");
                }
                if ((in.peek() >= '1' && in.peek() <= '9') || in.peek() == 'k') {
                    throw in.error("backreferences are not supported: they are not regular");
                }
                yield Expr.chars(escape());
            }
            default -> Expr.chars(single(c));
        };
    }

    private Expr group(int depth) {
        if (in.take("?")) {
            if (in.take("=") || in.take("!") || in.take("<=") || in.take("<!")) {
                throw in.error("lookahead and lookbehind are not supported");
            }
            if (in.take("<")) {
                for (int c = in.next(); c != '>'; c = in.next()) {
                    if (!Character.isLetterOrDigit(c) && c != '_') {
                        throw in.error("expected a group's name and >");
                    }
                }
            } else if (!in.take(":")) {
                throw in.error("flags and atomic groups are not supported; supported: (…), (?:…), (?<name>…)");
            }
        }
        Expr inside = choice(depth + 1);
        if (!in.take(")")) {
            throw in.error("a ( without its )");
        }
        return inside;
    }

    /// {@return the item with the repetition that follows, or null when none does}
    private @Nullable Expr repeated(Expr item) {
        int min;
        int max;
        int start = in.at();
        if (in.take("*")) {
            min = 0;
            max = Expr.UNBOUNDED;
        } else if (in.take("+")) {
            min = 1;
            max = Expr.UNBOUNDED;
        } else if (in.take("?")) {
            min = 0;
            max = 1;
        } else if (in.take("{")) {
            min = in.number(MOST_REPEATS);
            max = in.take(",") ? in.number(MOST_REPEATS) : min;
            boolean open = max < 0;
            if (min < 0 || !in.take("}")) {
                in.goTo(start);
                return null; // a brace that counts nothing is a character
            }
            max = open ? Expr.UNBOUNDED : max;
            if (max < min) {
                throw in.error("{" + min + "," + max + "} asks for more than it allows");
            }
        } else {
            return null;
        }
        if (in.take("+")) {
            throw in.error("possessive repetition is not supported");
        }
        in.take("?"); // lazy or not, the same texts match
        return new Expr.Repeat(item, min, max);
    }

    private CharSet single(int c) {
        if (!CharSet.ANY.contains(c)) {
            throw in.error("half of a surrogate pair");
        }
        return CharSet.of(c);
    }

    /// Inside brackets, the first of which is read.
    private CharSet set() {
        boolean negated = in.take("^");
        CharSet out = CharSet.NONE;
        while (!in.take("]")) {
            budget.spend();
            CharSet low = member();
            if (in.isNext("-") && !in.isNext("-]")) {
                in.take("-");
                CharSet high = member();
                if (low.ranges() != 1
                        || high.ranges() != 1
                        || low.low(0) != low.high(0)
                        || high.low(0) != high.high(0)) {
                    out = out.or(low).or(high).or(CharSet.of('-')); // such as [\w-.], where it is a character
                } else if (low.low(0) > high.low(0)) {
                    throw in.error("a range from " + low.low(0) + " down to " + high.low(0));
                } else {
                    out = out.or(CharSet.of(low.low(0), high.low(0)));
                }
            } else {
                out = out.or(low);
            }
        }
        return negated ? out.negated() : out;
    }

    private CharSet member() {
        int c = in.next();
        if ((c == '[' && in.isNext(":")) || (c == '&' && in.isNext("&"))) {
            throw in.error("POSIX classes and && in brackets are not supported");
        }
        if (c == '\\') {
            return in.take("b") ? CharSet.of('\b') : escape();
        }
        return single(c);
    }

    private CharSet escape() {
        int c = in.peek();
        return switch (c) {
            case 'd' -> classOf(DIGIT);
            case 'D' -> classOf(DIGIT.negated());
            case 'w' -> classOf(WORD);
            case 'W' -> classOf(WORD.negated());
            case 's' -> classOf(SPACE);
            case 'S' -> classOf(ANY_SPACE.negated());
            case 'p', 'P' -> property();
            case '0' -> classOf(CharSet.of(0));
            default -> CharSet.of(Escapes.character(in));
        };
    }

    private CharSet classOf(CharSet set) {
        in.next();
        return set;
    }

    private CharSet property() {
        boolean negated = in.next() == 'P';
        if (!in.take("{")) {
            throw in.error("expected \\p{Name}");
        }
        int from = in.at();
        while (in.peek() != '}') {
            in.next();
        }
        String name = in.since(from);
        in.take("}");
        CharSet set = UnicodeProperties.find(name);
        if (set == null) {
            throw in.error(
                    "the property \\p{" + name + "} is not known; known: general categories (L, Lu, Nd, Letter …)"
                            + " and scripts (Latin, Arabic, Script=Greek …)");
        }
        return negated ? set.negated() : set;
    }

    /// {@return what texts an expression matches as a whole}
    static Expr whole(Expr regex, String what) {
        return unanchored(regex, Expr.EMPTY, what);
    }

    /// {@return what texts hold a match of an expression}
    static Expr search(Expr regex, String what) {
        return unanchored(regex, Expr.star(Expr.chars(CharSet.ANY)), what);
    }

    private static Expr unanchored(Expr regex, Expr around, String what) {
        if (regex instanceof Expr.Choice(List<Expr> options)) {
            return Expr.choice(options.stream()
                    .map(option -> unanchored(option, around, what))
                    .toList());
        }
        var parts = new ArrayList<Expr>(regex instanceof Expr.Sequence(List<Expr> inside) ? inside : List.of(regex));
        boolean fromStart = false;
        boolean toEnd = false;
        while (!parts.isEmpty() && parts.getFirst().equals(new Expr.Anchor(false))) {
            parts.removeFirst();
            fromStart = true;
        }
        while (!parts.isEmpty() && parts.getLast().equals(new Expr.Anchor(true))) {
            parts.removeLast();
            toEnd = true;
        }
        if (parts.size() == 1
                && parts.getFirst() instanceof Expr.Choice(List<Expr> options)
                && parts.stream().anyMatch(RegexParser::hasAnchor)) {
            var ends = new ArrayList<Expr>();
            for (Expr option : options) {
                var bounded = new ArrayList<Expr>();
                if (fromStart) {
                    bounded.add(new Expr.Anchor(false));
                }
                bounded.addAll(option instanceof Expr.Sequence(List<Expr> inside) ? inside : List.of(option));
                if (toEnd) {
                    bounded.add(new Expr.Anchor(true));
                }
                ends.add(unanchored(new Expr.Sequence(bounded), around, what));
            }
            return Expr.choice(ends);
        }
        if (parts.stream().anyMatch(RegexParser::hasAnchor)) {
            throw new GrammarException(what + ": ^ and $ are supported at the two ends only");
        }
        if (!fromStart) {
            parts.addFirst(around);
        }
        if (!toEnd) {
            parts.addLast(around);
        }
        return new Expr.Sequence(parts);
    }

    private static boolean hasAnchor(Expr expr) {
        return switch (expr) {
            case Expr.Anchor _ -> true;
            case Expr.Sequence(List<Expr> parts) -> parts.stream().anyMatch(RegexParser::hasAnchor);
            case Expr.Choice(List<Expr> options) -> options.stream().anyMatch(RegexParser::hasAnchor);
            case Expr.Repeat(Expr body, int _, int _) -> hasAnchor(body);
            case Expr.Literal _, Expr.Chars _, Expr.Rule _, Expr.Graph _ -> false;
        };
    }
}
