package dev.mokha.text.chat.jinja;

/// An error of evaluation that does not know its place yet; the evaluator adds it.
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean raised;

    Fault(String reason) {
        this(reason, false);
    }

    Fault(String reason, boolean raised) {
        super(reason, null, false, false);
        this.raised = raised;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    boolean raised() {
        return raised;
    }
}
