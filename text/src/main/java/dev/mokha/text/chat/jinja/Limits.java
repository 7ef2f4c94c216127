package dev.mokha.text.chat.jinja;

/// What one rendering may use, so that a hostile template ends with an error and not with the JVM.
///
/// @param chars the longest text, output or intermediate, in UTF-16 units
/// @param steps nodes evaluated, and work of built-in functions in the same coin
/// @param depth nested nodes at one time, macro calls included; also how deep a value may nest
/// @param range the longest `range(...)`
public record Limits(int chars, long steps, int depth, int range) {
    /// Far above any published template with a conversation that fits a model's context.
    public static final Limits DEFAULT = new Limits(16 << 20, 20_000_000, 400, 100_000);

    public Limits {
        if (chars < 1 || steps < 1 || depth < 1 || range < 0) {
            throw new IllegalArgumentException("limits must be positive: chars " + chars + ", steps " + steps
                    + ", depth " + depth + ", range " + range);
        }
    }
}
