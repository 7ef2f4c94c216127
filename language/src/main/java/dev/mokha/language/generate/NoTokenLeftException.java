package dev.mokha.language.generate;

/// What may come next and what is banned leave no token: a request whose rules contradict each other or
/// its grammar.
public final class NoTokenLeftException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    NoTokenLeftException(int answer) {
        super("no token can follow after " + answer + " of the answer: the allowed tokens, the banned ones and the"
                + " grammar leave none; loosen one of them");
    }
}
