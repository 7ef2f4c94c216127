package dev.mokha.text.chat.jinja;

import java.util.List;

/// A cursor over the tokens of a template.
final class Tokens {
    private static final int DEEPEST = 200;

    private final Source source;
    private final List<Token> tokens;
    private int next;
    private int depth;

    Tokens(Source source) {
        this.source = source;
        this.tokens = Lexer.tokens(source);
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peekSecond() {
        return tokens.get(Math.min(next + 1, tokens.size() - 1));
    }

    int position() {
        return next;
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    boolean at(Token.Kind kind) {
        return peek().kind() == kind;
    }

    boolean atName(String name) {
        return peek().is(Token.Kind.NAME, name);
    }

    boolean atOperator(String operator) {
        return peek().is(Token.Kind.OPERATOR, operator);
    }

    boolean takeName(String name) {
        return take(atName(name));
    }

    boolean takeOperator(String operator) {
        return take(atOperator(operator));
    }

    private boolean take(boolean matches) {
        if (matches) {
            next++;
        }
        return matches;
    }

    Token expect(Token.Kind kind, String what) {
        if (!at(kind)) {
            throw unexpected(what);
        }
        return take();
    }

    void expectOperator(String operator) {
        if (!takeOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    String expectName(String what) {
        return expect(Token.Kind.NAME, what).text();
    }

    void endStatement() {
        expect(Token.Kind.STATEMENT_END, "'%}'");
    }

    /// {@return whether a name in these tokens is one of two}
    boolean mentions(int from, int to, String one, String two) {
        return tokens.subList(from, to).stream()
                .anyMatch(token -> token.is(Token.Kind.NAME, one) || token.is(Token.Kind.NAME, two));
    }

    TemplateException unexpected(String wanted) {
        return source.error("expected " + wanted + ", found " + peek().shown(), peek().at());
    }

    TemplateException error(String reason, int at) {
        return source.error(reason, at);
    }

    void descend() {
        if (++depth > DEEPEST) {
            throw source.error("nested more than " + DEEPEST + " deep", peek().at());
        }
    }

    void ascend() {
        depth--;
    }
}
