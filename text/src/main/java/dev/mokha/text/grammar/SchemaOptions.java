package dev.mokha.text.grammar;

/// How a JSON Schema becomes a grammar.
///
/// @param whitespace where white space may stand
/// @param reading how freely the schema is read
/// @param oneOfAsAnyOf whether a `oneOf` whose alternatives may overlap is read as `anyOf`: what is written
///     may then fit two of them, which the schema forbids; otherwise it is refused
/// @param limits what compiling may cost
public record SchemaOptions(
        JsonWhitespace whitespace, SchemaReading reading, boolean oneOfAsAnyOf, GrammarLimits limits) {
    /// One space at most, as intended, overlapping `oneOf` refused.
    public static final SchemaOptions DEFAULT =
            new SchemaOptions(JsonWhitespace.SPACED, SchemaReading.INTENDED, false, GrammarLimits.DEFAULT);

    /// {@return the same with other white space}
    public SchemaOptions withWhitespace(JsonWhitespace value) {
        return new SchemaOptions(value, reading, oneOfAsAnyOf, limits);
    }

    /// {@return the same with another reading}
    public SchemaOptions withReading(SchemaReading value) {
        return new SchemaOptions(whitespace, value, oneOfAsAnyOf, limits);
    }

    /// {@return the same with overlapping `oneOf` read as `anyOf`, or refused}
    public SchemaOptions withOneOfAsAnyOf(boolean value) {
        return new SchemaOptions(whitespace, reading, value, limits);
    }

    /// {@return the same with other limits}
    public SchemaOptions withLimits(GrammarLimits value) {
        return new SchemaOptions(whitespace, reading, oneOfAsAnyOf, value);
    }
}
