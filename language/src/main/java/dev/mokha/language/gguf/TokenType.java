package dev.mokha.language.gguf;

/// The kinds of tokens in `tokenizer.ggml.token_type`.
enum TokenType {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    TokenType(int number) {
        this.number = number;
    }

    /// {@return the kind of a number; what is not known is taken for normal, as llama.cpp does}
    static TokenType of(long number) {
        for (TokenType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        return NORMAL;
    }

    /// {@return the number in files}
    int number() {
        return number;
    }

    /// {@return whether it is cut out of text before the model sees it}
    boolean isAdded() {
        return this == CONTROL || this == USER_DEFINED || this == UNKNOWN;
    }

    /// {@return whether merges may make it}
    boolean isPiece() {
        return this == NORMAL || this == USER_DEFINED || this == UNUSED;
    }
}
