package dev.mokha.language.judge;

/// Which of two answers a judge prefers, by their place in the prompt.
enum Preference {
    FIRST,
    SECOND,
    TIE;

    /// {@return the same verdict, told for the other order}
    Preference swapped() {
        return switch (this) {
            case FIRST -> SECOND;
            case SECOND -> FIRST;
            case TIE -> TIE;
        };
    }
}
