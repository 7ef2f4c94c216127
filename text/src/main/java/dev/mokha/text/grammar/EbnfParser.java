package dev.mokha.text.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a grammar in the notation of llama.cpp's GBNF, which XGrammar and vLLM read too: rules `name ::= …`,
/// the first of them called `root`; a rule goes on until the next name with `::=` behind it.
final class EbnfParser {
    static final String ROOT = "root";

    private final Cursor in;
    private final Budget budget;
    private final Map<String, Expr> rules = new LinkedHashMap<>();
    private final Map<String, Integer> used = new LinkedHashMap<>(); // where each rule is named first

    private EbnfParser(String text, Budget budget) {
        this.in = new Cursor("the grammar", text);
        this.budget = budget;
    }

    static Map<String, Expr> parse(String text, Budget budget) {
        return new EbnfParser(text, budget).rules();
    }

    private Map<String, Expr> rules() {
        space();
        while (!in.atEnd()) {
            int start = in.at();
            String name = name();
            space();
            if (name.isEmpty() || !in.take("::=")) {
                in.goTo(start);
                throw in.error("expected a rule: name ::= …");
            }
            space();
            Expr body = choice(0);
            if (rules.put(name, body) != null) {
                in.goTo(start);
                throw in.error("the rule " + name + " is defined twice");
            }
            if (!in.atEnd() && !atDefinition()) {
                throw in.error("unexpected " + Character.toString(in.peek()));
            }
        }
        used.putIfAbsent(ROOT, in.at());
        used.forEach((name, place) -> {
            if (!rules.containsKey(name)) {
                in.goTo(place);
                throw in.error("there is no rule " + name + "; defined are " + rules.keySet());
            }
        });
        return rules;
    }

    private void space() {
        while (true) {
            int c = in.peek();
            if (c == '#') {
                while (in.peek() != Cursor.END && in.peek() != '\n') {
                    in.next();
                }
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                in.next();
            } else {
                return;
            }
        }
    }

    private String name() {
        int from = in.at();
        for (int c = in.peek();
                c < 0x80 && c != Cursor.END && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
                c = in.peek()) {
            in.next();
        }
        return in.since(from);
    }

    private boolean atDefinition() {
        int place = in.at();
        boolean named = !name().isEmpty();
        space();
        boolean defines = named && in.isNext("::=");
        in.goTo(place);
        return defines;
    }

    private Expr choice(int depth) {
        budget.nesting(depth, "the grammar");
        var options = new ArrayList<Expr>();
        do {
            space();
            options.add(sequence(depth));
        } while (in.take("|"));
        return Expr.choice(options);
    }

    private Expr sequence(int depth) {
        var parts = new ArrayList<Expr>();
        while (true) {
            budget.spend();
            space();
            int c = in.peek();
            if (c == Cursor.END || c == '|' || c == ')' || atDefinition()) {
                return Expr.sequence(parts);
            }
            Expr item = item(depth);
            space();
            for (Expr more = repeated(item); more != null; more = repeated(item)) {
                item = more;
                space();
            }
            parts.add(item);
        }
    }

    private Expr item(int depth) {
        int start = in.at();
        if (in.take("\"")) {
            var text = new StringBuilder();
            while (!in.take("\"")) {
                text.appendCodePoint(character());
            }
            return Expr.literal(text.toString());
        }
        if (in.take("[")) {
            return Expr.chars(set());
        }
        if (in.take(".")) {
            return Expr.chars(CharSet.ANY);
        }
        if (in.take("(")) {
            Expr inside = choice(depth + 1);
            if (!in.take(")")) {
                throw in.error("a ( without its )");
            }
            return inside;
        }
        String name = name();
        if (name.isEmpty()) {
            throw in.error("unexpected " + Character.toString(in.peek())
                    + "; expected a \"text\", a [class], a (group), a rule's name or .");
        }
        used.putIfAbsent(name, start);
        return new Expr.Rule(name);
    }

    private int character() {
        int c = in.next();
        int value = c == '\\' ? Escapes.character(in) : c;
        if (!CharSet.ANY.contains(value)) {
            throw in.error("half of a surrogate pair");
        }
        return value;
    }

    private CharSet set() {
        boolean negated = in.take("^");
        var pairs = new ArrayList<Integer>();
        while (!in.take("]")) {
            budget.spend();
            int low = character();
            int high = low;
            if (in.isNext("-") && !in.isNext("-]")) {
                in.take("-");
                high = character();
                if (high < low) {
                    throw in.error("a range from " + low + " down to " + high);
                }
            }
            pairs.addAll(List.of(low, high));
        }
        CharSet set = CharSet.ofPairs(pairs.stream().mapToInt(Integer::intValue).toArray());
        return negated ? set.negated() : set;
    }

    /// {@return the item with the repetition that follows, or null when none does}
    private @Nullable Expr repeated(Expr item) {
        if (in.take("*")) {
            return Expr.star(item);
        }
        if (in.take("+")) {
            return new Expr.Repeat(item, 1, Expr.UNBOUNDED);
        }
        if (in.take("?")) {
            return Expr.optional(item);
        }
        if (!in.take("{")) {
            return null;
        }
        space();
        int min = Math.max(in.number(RegexParser.MOST_REPEATS), 0);
        space();
        int max = min;
        if (in.take(",")) {
            space();
            max = in.number(RegexParser.MOST_REPEATS);
            max = max < 0 ? Expr.UNBOUNDED : max;
            space();
        }
        if (!in.take("}") || max < min) {
            throw in.error("expected {n}, {n,} or {n,m} with n no more than m");
        }
        return new Expr.Repeat(item, min, max);
    }
}
