package dev.mokha.text.grammar;

/// Where white space may stand in JSON that is written under a grammar. It is always bounded: a model cannot
/// fill its answer with spaces. None stands before or behind the whole text.
public enum JsonWhitespace {
    /// None: `{"a":1,"b":[2,3]}`.
    COMPACT,
    /// At most one space behind each colon and each comma, as most writers do on one line: `{"a": 1, "b":
    /// [2, 3]}`.
    SPACED,
    /// Also a line break with up to 40 spaces or 10 tabs behind `{`, `[` and commas, and before `}` and `]`.
    INDENTED;

    private static final Expr SPACE = Expr.optional(Expr.literal(" "));
    private static final Expr LINE = Expr.sequence(
            Expr.literal("\n"),
            Expr.choice(new Expr.Repeat(Expr.literal(" "), 0, 40), new Expr.Repeat(Expr.literal("\t"), 1, 10)));

    Expr behindColon() {
        return this == COMPACT ? Expr.EMPTY : SPACE;
    }

    Expr behindComma() {
        return switch (this) {
            case COMPACT -> Expr.EMPTY;
            case SPACED -> SPACE;
            case INDENTED -> Expr.choice(SPACE, LINE);
        };
    }

    Expr insideBrackets() {
        return this == INDENTED ? Expr.optional(LINE) : Expr.EMPTY;
    }
}
