package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Recursive descent over expressions, loosest binding first: inline if, or, and, not, comparison, `+ -`, `~`,
/// `* / // %`, `**`, sign, postfix, filters and tests.
final class ExpressionParser {
    private final Tokens tokens;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Expr expression() {
        tokens.descend();
        int at = tokens.peek().at();
        Expr value = or();
        while (tokens.takeName("if")) {
            Expr test = or();
            Expr otherwise = tokens.takeName("else") ? expression() : null;
            value = new Expr.Conditional(test, value, otherwise, at);
        }
        tokens.ascend();
        return value;
    }

    /// One expression, or several with commas between: a tuple.
    Expr expressions() {
        int at = tokens.peek().at();
        Expr first = expression();
        return tokens.atOperator(",") ? tuple(first, at) : first;
    }

    private Expr tuple(Expr first, int at) {
        List<Expr> items = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",")) {
            if (endsTuple()) {
                break;
            }
            items.add(expression());
        }
        return new Expr.TupleOf(List.copyOf(items), at);
    }

    private boolean endsTuple() {
        Token token = tokens.peek();
        return token.kind() == Token.Kind.STATEMENT_END
                || token.kind() == Token.Kind.OUTPUT_END
                || token.is(Token.Kind.OPERATOR, ")")
                || token.is(Token.Kind.OPERATOR, "=");
    }

    /// What a `for` walks over: no inline if, since `if` filters there.
    Expr iterable() {
        int at = tokens.peek().at();
        Expr first = or();
        if (!tokens.atOperator(",")) {
            return first;
        }
        List<Expr> items = new ArrayList<>(List.of(first));
        while (tokens.takeOperator(",") && !tokens.at(Token.Kind.STATEMENT_END)) {
            items.add(or());
        }
        return new Expr.TupleOf(List.copyOf(items), at);
    }

    Expr or() {
        int at = tokens.peek().at();
        Expr left = and();
        while (tokens.takeName("or")) {
            left = new Expr.Or(left, and(), at);
        }
        return left;
    }

    private Expr and() {
        int at = tokens.peek().at();
        Expr left = not();
        while (tokens.takeName("and")) {
            left = new Expr.And(left, not(), at);
        }
        return left;
    }

    private Expr not() {
        int at = tokens.peek().at();
        if (!tokens.takeName("not")) {
            return comparison();
        }
        tokens.descend();
        Expr operand = not();
        tokens.ascend();
        return new Expr.Not(operand, at);
    }

    private Expr comparison() {
        int at = tokens.peek().at();
        Expr first = sum();
        List<Expr.Against> rest = new ArrayList<>();
        for (String operator = comparator(); operator != null; operator = comparator()) {
            rest.add(new Expr.Against(operator, sum()));
        }
        return rest.isEmpty() ? first : new Expr.Comparison(first, List.copyOf(rest), at);
    }

    private @Nullable String comparator() {
        Token token = tokens.peek();
        if (token.kind() == Token.Kind.OPERATOR) {
            return switch (token.text()) {
                case "==", "!=", "<", "<=", ">", ">=" -> tokens.take().text();
                default -> null;
            };
        }
        if (tokens.takeName("in")) {
            return "in";
        }
        if (tokens.atName("not") && tokens.peekSecond().is(Token.Kind.NAME, "in")) {
            tokens.take();
            tokens.take();
            return "not in";
        }
        return null;
    }

    private Expr sum() {
        Expr left = concat();
        while (tokens.atOperator("+") || tokens.atOperator("-")) {
            Token operator = tokens.take();
            left = new Expr.Binary(operator.text(), left, concat(), operator.at());
        }
        return left;
    }

    private Expr concat() {
        int at = tokens.peek().at();
        Expr first = product();
        if (!tokens.atOperator("~")) {
            return first;
        }
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (tokens.takeOperator("~")) {
            parts.add(product());
        }
        return new Expr.Concat(List.copyOf(parts), at);
    }

    private Expr product() {
        Expr left = power();
        while (tokens.atOperator("*") || tokens.atOperator("/") || tokens.atOperator("//") || tokens.atOperator("%")) {
            Token operator = tokens.take();
            left = new Expr.Binary(operator.text(), left, power(), operator.at());
        }
        return left;
    }

    /// To the left, as Jinja has it and Python has not: `2**3**2` is 64.
    private Expr power() {
        Expr left = unary(true);
        while (tokens.atOperator("**")) {
            Token operator = tokens.take();
            left = new Expr.Binary("**", left, unary(true), operator.at());
        }
        return left;
    }

    private Expr unary(boolean filtered) {
        tokens.descend();
        Expr value;
        if (tokens.atOperator("-") || tokens.atOperator("+")) {
            Token sign = tokens.take();
            value = new Expr.Unary(sign.text().charAt(0), unary(false), sign.at());
        } else {
            value = postfix(primary());
        }
        if (filtered) {
            value = filtersAndTests(value);
        }
        tokens.ascend();
        return value;
    }

    private Expr primary() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> name(tokens.take());
            case TEXT -> text();
            case INTEGER -> integer(tokens.take());
            case REAL ->
                new Expr.Literal(new Value.Real(Double.parseDouble(tokens.take().text())), token.at());
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> parenthesis();
                    case "[" -> list();
                    case "{" -> dict();
                    default -> throw tokens.unexpected("a value");
                };
            case DATA, STATEMENT_BEGIN, STATEMENT_END, OUTPUT_BEGIN, OUTPUT_END, END ->
                throw tokens.unexpected("a value");
        };
    }

    private static Expr name(Token token) {
        Value constant = switch (token.text()) {
            case "true", "True" -> Value.Bool.TRUE;
            case "false", "False" -> Value.Bool.FALSE;
            case "none", "None" -> Value.None.NONE;
            default -> null;
        };
        return constant == null ? new Expr.Name(token.text(), token.at()) : new Expr.Literal(constant, token.at());
    }

    private Expr text() {
        int at = tokens.peek().at();
        var text = new StringBuilder();
        while (tokens.at(Token.Kind.TEXT)) {
            text.append(tokens.take().text());
        }
        return new Expr.Literal(new Value.Text(text.toString()), at);
    }

    private Expr integer(Token token) {
        try {
            return new Expr.Literal(new Value.Int(Long.parseLong(token.text())), token.at());
        } catch (NumberFormatException _) {
            throw tokens.error("the integer " + token.text() + " has more than 64 bits", token.at());
        }
    }

    private Expr parenthesis() {
        int at = tokens.take().at();
        if (tokens.takeOperator(")")) {
            return new Expr.TupleOf(List.of(), at);
        }
        Expr inside = expressions();
        tokens.expectOperator(")");
        return inside;
    }

    private Expr list() {
        int at = tokens.take().at();
        List<Expr> items = new ArrayList<>();
        while (!tokens.takeOperator("]")) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.takeOperator("]")) {
                    break;
                }
            }
            items.add(expression());
        }
        return new Expr.ListOf(List.copyOf(items), at);
    }

    private Expr dict() {
        int at = tokens.take().at();
        List<Expr.Pair> pairs = new ArrayList<>();
        while (!tokens.takeOperator("}")) {
            if (!pairs.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.takeOperator("}")) {
                    break;
                }
            }
            Expr key = expression();
            tokens.expectOperator(":");
            pairs.add(new Expr.Pair(key, expression()));
        }
        return new Expr.DictOf(List.copyOf(pairs), at);
    }

    private Expr postfix(Expr start) {
        Expr value = start;
        while (true) {
            int at = tokens.peek().at();
            if (tokens.takeOperator(".")) {
                value = member(value, at);
            } else if (tokens.takeOperator("[")) {
                value = subscript(value, at);
                tokens.expectOperator("]");
            } else if (tokens.atOperator("(")) {
                value = new Expr.Call(value, arguments(), value.at());
            } else {
                return value;
            }
        }
    }

    private Expr member(Expr target, int at) {
        if (tokens.at(Token.Kind.INTEGER)) {
            return new Expr.Item(target, integer(tokens.take()), at);
        }
        return new Expr.Attribute(target, tokens.expectName("a name after '.'"), at);
    }

    private Expr subscript(Expr target, int at) {
        Expr from = tokens.atOperator(":") ? null : expressions();
        if (!tokens.takeOperator(":")) {
            return new Expr.Item(target, Objects.requireNonNull(from), at);
        }
        Expr to = tokens.atOperator(":") || tokens.atOperator("]") ? null : expression();
        Expr step = tokens.takeOperator(":") && !tokens.atOperator("]") ? expression() : null;
        return new Expr.Slice(target, from, to, step, at);
    }

    /// The arguments of a call, brackets included.
    Expr.Arguments arguments() {
        tokens.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        List<Expr.Keyword> named = new ArrayList<>();
        Expr rest = null;
        Expr namedRest = null;
        boolean first = true;
        while (!tokens.takeOperator(")")) {
            if (!first) {
                tokens.expectOperator(",");
                if (tokens.takeOperator(")")) {
                    break;
                }
            }
            first = false;
            if (namedRest != null) {
                throw tokens.unexpected("')': nothing follows '**'");
            }
            if (tokens.takeOperator("*")) {
                rest = expression();
            } else if (tokens.takeOperator("**")) {
                namedRest = expression();
            } else if (tokens.at(Token.Kind.NAME) && tokens.peekSecond().is(Token.Kind.OPERATOR, "=")) {
                String name = tokens.take().text();
                tokens.take();
                named.add(new Expr.Keyword(name, expression()));
            } else if (named.isEmpty() && rest == null) {
                positional.add(expression());
            } else {
                throw tokens.unexpected("name=value: a positional argument cannot follow a named or spread one");
            }
        }
        return new Expr.Arguments(List.copyOf(positional), List.copyOf(named), rest, namedRest);
    }

    private Expr filtersAndTests(Expr start) {
        Expr value = start;
        while (true) {
            int at = tokens.peek().at();
            if (tokens.takeOperator("|")) {
                value = new Expr.Filtered(value, filter(), at);
            } else if (tokens.takeName("is")) {
                value = test(value, at);
            } else if (tokens.atOperator("(")) {
                value = new Expr.Call(value, arguments(), value.at());
            } else {
                return value;
            }
        }
    }

    /// A filter after its `|`.
    Expr.Filter filter() {
        int at = tokens.peek().at();
        String name = tokens.expectName("a filter's name");
        return new Expr.Filter(name, tokens.atOperator("(") ? arguments() : Expr.Arguments.NONE, at);
    }

    private Expr test(Expr value, int at) {
        boolean negated = tokens.takeName("not");
        String name = tokens.expectName("a test's name");
        Expr.Arguments arguments = Expr.Arguments.NONE;
        if (tokens.atOperator("(")) {
            arguments = arguments();
        } else if (startsArgument()) {
            if (tokens.atName("is")) {
                throw tokens.error(
                        "tests cannot be chained with 'is'", tokens.peek().at());
            }
            arguments = new Expr.Arguments(List.of(postfix(primary())), List.of(), null, null);
        }
        Expr test = new Expr.Tested(value, name, arguments, at);
        return negated ? new Expr.Not(test, at) : test;
    }

    private boolean startsArgument() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case TEXT, INTEGER, REAL -> true;
            case NAME -> !tokens.atName("else") && !tokens.atName("or") && !tokens.atName("and");
            case OPERATOR -> tokens.atOperator("[") || tokens.atOperator("{");
            case DATA, STATEMENT_BEGIN, STATEMENT_END, OUTPUT_BEGIN, OUTPUT_END, END -> false;
        };
    }
}
