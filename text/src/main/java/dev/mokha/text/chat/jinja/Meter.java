package dev.mokha.text.chat.jinja;

/// Counts what one rendering uses against its [Limits].
final class Meter {
    private final Limits limits;
    private long steps;

    Meter(Limits limits) {
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    /// Charges `work` steps.
    void spend(long work) {
        steps += work;
        if (steps > limits.steps()) {
            throw new Fault("the template takes more than " + limits.steps() + " steps");
        }
    }

    /// Charges for a text of so many characters, and refuses one that is too long.
    void text(long chars) {
        if (chars > limits.chars()) {
            throw new Fault("the template makes a text of more than " + limits.chars() + " characters");
        }
        spend(1 + chars / 64);
    }

    /// Charges for a list of so many items.
    void items(long count) {
        if (count > limits.chars()) {
            throw new Fault("the template makes a list of more than " + limits.chars() + " items");
        }
        spend(1 + count);
    }

    /// Refuses a value that nests too deep.
    void depth(int depth) {
        if (depth > limits.depth()) {
            throw new Fault("nested more than " + limits.depth() + " deep");
        }
    }
}
