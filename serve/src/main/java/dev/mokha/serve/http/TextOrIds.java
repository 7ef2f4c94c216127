package dev.mokha.serve.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A text, or the tokens that it would become.
sealed interface TextOrIds {
    /// A text.
    record Text(String text) implements TextOrIds {}

    /// Tokens, special ones included.
    @SuppressWarnings("ArrayRecordComponent") // on their way to a model; equality is not asked for
    record Ids(int[] ids) implements TextOrIds {}

    /// What such a field may be.
    String MUST = "it must be a string, a list of strings, a list of token ids or a list of lists of token ids";

    /// Reads a field as OpenAI has it.
    ///
    /// @param most texts of a request
    /// @param bound above all ids
    static List<TextOrIds> list(Fields fields, String name, int most, int bound) {
        @Nullable JsonNode value = fields.take(name);
        if (value == null) {
            throw ApiException.field(name, "`" + name + "` is missing; " + MUST);
        }
        boolean several = value.isArray() && !value.isEmpty() && !value.get(0).isNumber();
        List<JsonNode> all = several ? value.valueStream().toList() : List.of(value);
        if (all.size() > most) {
            throw ApiException.field(
                    name, "`" + name + "` has " + all.size() + " texts; a request has " + most + " at most");
        }
        return all.stream().map(one -> one(fields, name, one, bound)).toList();
    }

    private static TextOrIds one(Fields fields, String name, JsonNode value, int bound) {
        if (value.isString()) {
            return new Text(value.stringValue());
        }
        if (!value.isArray() || value.isEmpty()) {
            throw fields.wrong(name, value, MUST);
        }
        int[] ids = new int[value.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = value.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= bound) {
                throw fields.wrong(name, id, "token ids are whole numbers from 0 to " + (bound - 1));
            }
            ids[i] = id.intValue();
        }
        return new Ids(ids);
    }
}
