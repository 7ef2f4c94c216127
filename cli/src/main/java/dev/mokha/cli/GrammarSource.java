package dev.mokha.cli;

import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.JsonWhitespace;
import dev.mokha.text.grammar.SchemaOptions;
import dev.mokha.text.grammar.SchemaReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// A grammar in one of its notations, as options.
final class GrammarSource {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Notation notation;

    @Option(
            names = "--whitespace",
            defaultValue = "spaced",
            converter = WhitespaceName.class,
            description = "Of JSON: compact, spaced (one space behind colons and commas) or indented.")
    private JsonWhitespace whitespace;

    @Option(
            names = "--reading",
            defaultValue = "intended",
            converter = ReadingName.class,
            description =
                    "Of a JSON Schema: intended (no properties that nothing is said of, one type where the keywords are of"
                            + " one) or literal.")
    private SchemaReading reading;

    @Option(
            names = "--one-of-as-any-of",
            description = "Reads a oneOf whose alternatives may overlap as anyOf, where it is refused otherwise.")
    private boolean oneOfAsAnyOf;

    private static final class Notation {
        @Option(names = "--regex", required = true, description = "A regular expression, for the whole text.")
        private @Nullable String regex;

        @Option(names = "--schema", required = true, paramLabel = "FILE", description = "A JSON Schema.")
        private @Nullable Path schema;

        @Option(names = "--ebnf", required = true, paramLabel = "FILE", description = "A grammar in GBNF's notation.")
        private @Nullable Path ebnf;

        @Option(names = "--choice", required = true, description = "One of the texts. Repeat for several.")
        private List<String> choices = List.of();

        @Option(names = "--json-object", required = true, description = "Any JSON object.")
        private boolean json;
    }

    private static final class WhitespaceName implements ITypeConverter<JsonWhitespace> {
        @Override
        public JsonWhitespace convert(String text) {
            return Choice.of(JsonWhitespace.class, text);
        }
    }

    private static final class ReadingName implements ITypeConverter<SchemaReading> {
        @Override
        public SchemaReading convert(String text) {
            return Choice.of(SchemaReading.class, text);
        }
    }

    Grammar compile() {
        if (notation.regex != null) {
            return Grammar.regex(notation.regex);
        }
        if (notation.schema != null) {
            return Grammar.jsonSchema(
                    read(notation.schema),
                    SchemaOptions.DEFAULT
                            .withWhitespace(whitespace)
                            .withReading(reading)
                            .withOneOfAsAnyOf(oneOfAsAnyOf));
        }
        if (notation.ebnf != null) {
            return Grammar.ebnf(read(notation.ebnf));
        }
        return notation.json ? Grammar.json(whitespace) : Grammar.choices(notation.choices);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
