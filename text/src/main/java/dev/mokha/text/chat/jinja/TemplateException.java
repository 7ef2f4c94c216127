package dev.mokha.text.chat.jinja;

/// A template that cannot be read or rendered, with the place in the template. Lines and columns count from 1.
public final class TemplateException extends RuntimeException {
    private final String reason;
    private final int line;
    private final int column;
    private final boolean raised;

    TemplateException(String reason, Source.Place place, boolean raised) {
        super((raised ? "the template refuses: " : "") + reason + " (template line " + place.line() + ", column "
                + place.column() + ")");
        this.reason = reason;
        this.line = place.line();
        this.column = place.column();
        this.raised = raised;
    }

    /// {@return what is wrong, without the place}
    public String reason() {
        return reason;
    }

    /// {@return the line of the template, from 1}
    public int line() {
        return line;
    }

    /// {@return the column in that line, from 1}
    public int column() {
        return column;
    }

    /// {@return whether the template itself said so with `raise_exception`: the conversation is at fault}
    public boolean raised() {
        return raised;
    }
}
