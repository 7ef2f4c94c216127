package dev.mokha.serve.http;

import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Constraints;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.GrammarException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an answer has to match: `response_format` as OpenAI has it, and `guided_…` and `structured_outputs`
/// as vLLM has them.
final class FormatFields {
    private final Supplier<Constraints> constraints;
    private final List<Wish> wishes = new ArrayList<>();

    /// What a grammar is written in.
    private enum Kind {
        JSON,
        SCHEMA,
        REGEX,
        CHOICES,
        EBNF
    }

    private record Wish(String field, Key key, Supplier<Grammar> grammar) {
        Wish(String field, Kind kind, String text, Supplier<Grammar> grammar) {
            this(field, new Key(kind, text), grammar);
        }
    }

    private record Key(Kind kind, String text) {}

    private FormatFields(Supplier<Constraints> constraints) {
        this.constraints = constraints;
    }

    /// {@return what the answer has to match; null for nothing}
    ///
    /// @param constraints asked for only where there is something to match
    static @Nullable Constraint read(Fields fields, Supplier<Constraints> constraints) {
        var format = new FormatFields(constraints);
        @Nullable Fields response = fields.object("response_format");
        if (response != null) {
            format.response(response);
        }
        format.guided(fields, "guided_");
        @Nullable Fields structured = fields.object("structured_outputs");
        if (structured != null) {
            format.guided(structured, "");
            if (structured.flag("json_object", false)) {
                format.object(structured.named("json_object"));
            }
            structured.end();
        }
        return format.constraint();
    }

    private void response(Fields response) {
        @Nullable String type = response.text("type");
        switch (type) {
            case "text" -> {}
            case "json_object" -> object(response.named("type"));
            case "json_schema" -> {
                @Nullable Fields named = response.object("json_schema");
                @Nullable JsonNode schema = named == null ? null : named.take("schema");
                if (named == null || schema == null) {
                    throw ApiException.field(
                            response.named("json_schema"),
                            "`response_format.json_schema.schema` is missing; it holds the schema");
                }
                named.ignore(List.of("name", "description", "strict"));
                named.end();
                schema(named.named("schema"), schema);
            }
            case null, default ->
                throw ApiException.field(
                        response.named("type"),
                        "`response_format.type` is " + type + "; it must be text, json_object or json_schema");
        }
        response.end();
    }

    private void guided(Fields fields, String prefix) {
        @Nullable JsonNode json = fields.take(prefix + "json");
        if (json != null) {
            schema(fields.named(prefix + "json"), json);
        }
        @Nullable String regex = fields.text(prefix + "regex");
        if (regex != null) {
            wishes.add(new Wish(fields.named(prefix + "regex"), Kind.REGEX, regex, () -> Grammar.regex(regex)));
        }
        List<String> choices = fields.list(
                prefix + "choice", "it must be a list of strings", one -> one.isString() ? one.stringValue() : null);
        if (!choices.isEmpty()) {
            String key = String.join("\0", choices);
            wishes.add(new Wish(fields.named(prefix + "choice"), Kind.CHOICES, key, () -> Grammar.choices(choices)));
        }
        @Nullable String ebnf = fields.text(prefix + "grammar");
        if (ebnf != null) {
            wishes.add(new Wish(fields.named(prefix + "grammar"), Kind.EBNF, ebnf, () -> Grammar.ebnf(ebnf)));
        }
    }

    private void object(String field) {
        wishes.add(new Wish(field, Kind.JSON, "", Grammar::json));
    }

    private void schema(String field, JsonNode schema) {
        String text = schema.isString() ? schema.stringValue() : schema.toString();
        wishes.add(new Wish(field, Kind.SCHEMA, text, () -> Grammar.jsonSchema(text)));
    }

    private @Nullable Constraint constraint() {
        if (wishes.isEmpty()) {
            return null;
        }
        Wish wish = wishes.getFirst();
        if (wishes.size() > 1) {
            Wish other = wishes.get(1);
            throw ApiException.field(
                    other.field,
                    "`" + wish.field + "` and `" + other.field + "` both say what the answer has to match; one can");
        }
        try {
            return constraints.get().get(wish.key, wish.grammar);
        } catch (GrammarException e) {
            throw ApiException.of(400, "invalid_grammar", wish.field, "`" + wish.field + "`: " + e.getMessage());
        }
    }
}
