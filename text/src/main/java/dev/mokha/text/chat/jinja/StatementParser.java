package dev.mokha.text.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Recursive descent over statements.
final class StatementParser {
    private static final Set<String> UNSUPPORTED =
            Set.of("extends", "block", "include", "import", "from", "do", "autoescape", "trans", "debug");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int loops;

    private StatementParser(Source source) {
        this.tokens = new Tokens(source);
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Node> parse(Source source) {
        var parser = new StatementParser(source);
        List<Node> body = parser.body(Set.of(), "the template");
        return body;
    }

    /// Reads up to a statement whose name is in `ends`, and takes its opening; the name itself stays.
    private List<Node> body(Set<String> ends, String what) {
        int at = tokens.peek().at();
        tokens.descend();
        List<Node> nodes = new ArrayList<>();
        while (true) {
            Token token = tokens.take();
            switch (token.kind()) {
                case DATA -> nodes.add(new Node.Data(token.text(), token.at()));
                case OUTPUT_BEGIN -> {
                    nodes.add(new Node.Output(expressions.expressions(), token.at()));
                    tokens.expect(Token.Kind.OUTPUT_END, "'}}'");
                }
                case STATEMENT_BEGIN -> {
                    if (tokens.at(Token.Kind.NAME)
                            && ends.contains(tokens.peek().text())) {
                        tokens.ascend();
                        return List.copyOf(nodes);
                    }
                    nodes.add(statement(token.at()));
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw tokens.error(what + " is never closed", at);
                    }
                    tokens.ascend();
                    return List.copyOf(nodes);
                }
                case STATEMENT_END, OUTPUT_END, NAME, TEXT, INTEGER, REAL, OPERATOR ->
                    throw new AssertionError("the lexer gives " + token + " inside tags only");
            }
        }
    }

    private Node statement(int at) {
        Token token = tokens.expect(Token.Kind.NAME, "a statement's name");
        return switch (token.text()) {
            case "if" -> ifs(at);
            case "for" -> loop(at);
            case "set" -> set(at);
            case "macro" -> macro(at);
            case "call" -> call(at);
            case "filter" -> filter(at);
            case "with" -> with(at);
            case "generation" -> generation(at);
            case "break", "continue" -> jump(token.text(), at);
            default ->
                throw tokens.error(
                        UNSUPPORTED.contains(token.text())
                                ? "the statement '" + token.text() + "' is not supported in chat templates"
                                : "unknown statement '" + token.text() + "'",
                        token.at());
        };
    }

    private Node ifs(int at) {
        List<Node.Branch> branches = new ArrayList<>();
        List<Node> otherwise = List.of();
        while (true) {
            Expr test = expressions.expressions();
            tokens.endStatement();
            branches.add(new Node.Branch(test, body(Set.of("elif", "else", "endif"), "if")));
            String name = tokens.take().text();
            if (name.equals("else")) {
                tokens.endStatement();
                otherwise = body(Set.of("endif"), "else");
                tokens.take();
            }
            if (!name.equals("elif")) {
                tokens.endStatement();
                return new Node.If(List.copyOf(branches), otherwise, at);
            }
        }
    }

    private Node loop(int at) {
        Node.Target target = target();
        if (!tokens.takeName("in")) {
            throw tokens.unexpected("'in'");
        }
        Expr items = expressions.iterable();
        Expr filter = tokens.takeName("if") ? expressions.expression() : null;
        if (tokens.atName("recursive")) {
            throw tokens.error("a recursive for is not supported", tokens.peek().at());
        }
        tokens.endStatement();
        loops++;
        List<Node> body = body(Set.of("else", "endfor"), "for");
        loops--;
        List<Node> otherwise = List.of();
        if (tokens.take().text().equals("else")) {
            tokens.endStatement();
            otherwise = body(Set.of("endfor"), "else");
            tokens.take();
        }
        tokens.endStatement();
        return new Node.For(target, items, filter, body, otherwise, at);
    }

    private Node.Target target() {
        boolean bracketed = tokens.takeOperator("(");
        List<Node.Target> targets = new ArrayList<>(List.of(single()));
        boolean tuple = false;
        while (tokens.takeOperator(",")) {
            tuple = true;
            if (tokens.atName("in") || !(tokens.at(Token.Kind.NAME) || tokens.atOperator("("))) {
                break;
            }
            targets.add(single());
        }
        if (bracketed) {
            tokens.expectOperator(")");
        }
        return tuple ? new Node.Target.Tuple(List.copyOf(targets)) : targets.getFirst();
    }

    private Node.Target single() {
        if (tokens.atOperator("(")) {
            tokens.descend();
            Node.Target inner = target();
            tokens.ascend();
            return inner;
        }
        Token name = tokens.expect(Token.Kind.NAME, "a name to assign to");
        if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
            throw tokens.error("'" + name.text() + "' cannot be assigned to", name.at());
        }
        return tokens.takeOperator(".")
                ? new Node.Target.Attribute(name.text(), tokens.expectName("an attribute's name"))
                : new Node.Target.Name(name.text());
    }

    private Node set(int at) {
        Node.Target target = target();
        if (tokens.takeOperator("=")) {
            Expr value = expressions.expressions();
            tokens.endStatement();
            return new Node.SetValue(target, value, at);
        }
        List<Expr.Filter> filters = filters();
        tokens.endStatement();
        List<Node> body = closed("set");
        return new Node.SetBlock(target, filters, body, at);
    }

    private List<Expr.Filter> filters() {
        List<Expr.Filter> filters = new ArrayList<>();
        while (tokens.takeOperator("|")) {
            filters.add(expressions.filter());
        }
        return List.copyOf(filters);
    }

    /// The body of a statement that is a scope for loops of its own, with its end tag.
    private List<Node> closed(String name) {
        int outer = loops;
        loops = 0;
        List<Node> body = body(Set.of("end" + name), name);
        loops = outer;
        tokens.take();
        tokens.endStatement();
        return body;
    }

    private Node macro(int at) {
        String name = tokens.expectName("the macro's name");
        return new Node.DefineMacro(macroBody(name, parameters(), "macro"), at);
    }

    private Node.Macro macroBody(String name, List<Node.Parameter> parameters, String statement) {
        tokens.endStatement();
        int start = tokens.position();
        List<Node> body = closed(statement);
        return new Node.Macro(name, parameters, body, tokens.mentions(start, tokens.position(), "varargs", "kwargs"));
    }

    private List<Node.Parameter> parameters() {
        tokens.expectOperator("(");
        List<Node.Parameter> parameters = new ArrayList<>();
        while (!tokens.takeOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.takeOperator(")")) {
                    break;
                }
            }
            int at = tokens.peek().at();
            String name = tokens.expectName("a parameter's name");
            Expr otherwise = tokens.takeOperator("=") ? expressions.expression() : null;
            if (otherwise == null
                    && !parameters.isEmpty()
                    && parameters.getLast().otherwise() != null) {
                throw tokens.error("the parameter '" + name + "' needs a default, as those before it have one", at);
            }
            parameters.add(new Node.Parameter(name, otherwise));
        }
        return List.copyOf(parameters);
    }

    private Node call(int at) {
        List<Node.Parameter> parameters = tokens.atOperator("(") ? parameters() : List.of();
        int callAt = tokens.peek().at();
        if (!(expressions.expression() instanceof Expr.Call called)) {
            throw tokens.error("'call' needs a call", callAt);
        }
        return new Node.CallBlock(called, macroBody("caller", parameters, "call"), at);
    }

    private Node filter(int at) {
        List<Expr.Filter> filters = new ArrayList<>(List.of(expressions.filter()));
        filters.addAll(filters());
        tokens.endStatement();
        return new Node.FilterBlock(List.copyOf(filters), closed("filter"), at);
    }

    private Node with(int at) {
        List<Node.SetValue> values = new ArrayList<>();
        while (!tokens.at(Token.Kind.STATEMENT_END)) {
            if (!values.isEmpty()) {
                tokens.expectOperator(",");
            }
            int valueAt = tokens.peek().at();
            Node.Target target = single();
            tokens.expectOperator("=");
            values.add(new Node.SetValue(target, expressions.expression(), valueAt));
        }
        tokens.endStatement();
        List<Node> body = body(Set.of("endwith"), "with");
        tokens.take();
        tokens.endStatement();
        return new Node.With(List.copyOf(values), body, at);
    }

    private Node generation(int at) {
        tokens.endStatement();
        return new Node.Generation(closed("generation"), at);
    }

    private Node jump(String name, int at) {
        if (loops == 0) {
            throw tokens.error("'" + name + "' outside a for", at);
        }
        tokens.endStatement();
        return name.equals("break") ? new Node.Break(at) : new Node.Continue(at);
    }
}
