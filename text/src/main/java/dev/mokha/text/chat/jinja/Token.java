package dev.mokha.text.chat.jinja;

/// A piece of a template.
///
/// @param text the data, the name, the operator, the number as written, or the string's value
/// @param at where it begins in the source
record Token(Kind kind, String text, int at) {
    enum Kind {
        DATA,
        STATEMENT_BEGIN,
        STATEMENT_END,
        OUTPUT_BEGIN,
        OUTPUT_END,
        NAME,
        TEXT,
        INTEGER,
        REAL,
        OPERATOR,
        END
    }

    boolean is(Kind other, String value) {
        return kind == other && text.equals(value);
    }

    /// {@return how an error message calls it}
    String shown() {
        return switch (kind) {
            case DATA -> "text";
            case STATEMENT_BEGIN -> "'{%'";
            case STATEMENT_END -> "'%}'";
            case OUTPUT_BEGIN -> "'{{'";
            case OUTPUT_END -> "'}}'";
            case TEXT -> "a string";
            case NAME, INTEGER, REAL, OPERATOR -> "'" + text + "'";
            case END -> "the end of the template";
        };
    }
}
