package dev.mokha.text.chat.jinja;

/// How a program that owns templates has set Jinja up.
public enum Environment {
    /// As transformers renders chats: `trim_blocks` and `lstrip_blocks`, one newline at the end dropped, and
    /// a name that is not there prints nothing.
    CHAT(true, false),
    /// As lm-evaluation-harness renders the prompts of a task: the text as it stands, its last newline too,
    /// and a name that is not there is an error (`StrictUndefined`).
    TASK(false, true);

    private final boolean trims;
    private final boolean strict;

    Environment(boolean trims, boolean strict) {
        this.trims = trims;
        this.strict = strict;
    }

    /// {@return whether space around blocks, and a newline at the end, goes}
    boolean trims() {
        return trims;
    }

    /// {@return whether it is an error to use a name that is not there}
    boolean strict() {
        return strict;
    }
}
