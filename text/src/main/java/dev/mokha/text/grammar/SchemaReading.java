package dev.mokha.text.grammar;

/// How freely a JSON Schema is read. Whichever it is, what is written is valid.
public enum SchemaReading {
    /// As its author means it: where properties are declared and nothing is said of others, others are not
    /// written; a schema that names no type and has keywords of one type is of that type. So do OpenAI's
    /// structured outputs and XGrammar.
    INTENDED,
    /// All that the specification allows, in the order in which it is declared.
    LITERAL
}
