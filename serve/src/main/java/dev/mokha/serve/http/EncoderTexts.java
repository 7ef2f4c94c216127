package dev.mokha.serve.http;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.encoder.TextReader;
import dev.mokha.serve.encode.ServedEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes sequences of a request's texts. One that is too long is an error, unless the request has it cut:
/// `truncate_prompt_tokens` as vLLM has it, or `truncate` as others do.
final class EncoderTexts {
    /// Texts of a request, as OpenAI allows.
    static final int MOST = 2048;

    /// Fewer tokens leave a pair no room beside the special ones.
    private static final int FEWEST = 8;

    private final ServedEncoder encoder;
    private final TextReader reader;
    private final boolean cut;
    private final int longest;

    EncoderTexts(ServedEncoder encoder, Fields fields) {
        this.encoder = encoder;
        this.reader = encoder.reader();
        @Nullable JsonNode asked = fields.take("truncate_prompt_tokens");
        int own = asked == null ? 0 : asked.isInt() ? asked.intValue() : -2;
        if (asked != null && own != -1 && (own < FEWEST || own > reader.longest())) {
            throw fields.wrong(
                    "truncate_prompt_tokens",
                    asked,
                    "it must lie between " + FEWEST + " and " + reader.longest()
                            + ", what the model reads, or be -1 for that");
        }
        this.cut = truncate(fields) || asked != null;
        this.longest = own > 0 ? own : reader.longest();
    }

    private static boolean truncate(Fields fields) {
        @Nullable JsonNode value = fields.take("truncate");
        if (value == null) {
            return false;
        }
        return switch (value.toString()) {
            case "false", "\"NONE\"" -> false;
            case "true", "\"END\"" -> true;
            default -> throw fields.wrong("truncate", value, "it must be true or \"END\", or false or \"NONE\"");
        };
    }

    ServedEncoder encoder() {
        return encoder;
    }

    /// {@return `input`: texts, or their tokens as they are}
    List<Sequence> inputs(Fields fields) {
        List<TextOrIds> inputs = TextOrIds.list(fields, "input", MOST, encoder.vocabSize());
        var sequences = new ArrayList<Sequence>();
        for (int i = 0; i < inputs.size(); i++) {
            sequences.add(read(inputs.get(i), inputs.size() == 1 ? "input" : "input[" + i + "]"));
        }
        return sequences;
    }

    private Sequence read(TextOrIds input, String field) {
        return switch (input) {
            case TextOrIds.Text(String text) -> text(text, field);
            case TextOrIds.Ids(int[] ids) ->
                cut && ids.length > longest
                        ? Sequence.of(Arrays.copyOf(ids, longest))
                        : fitting(Sequence.of(ids), "`" + field + "` has ", field);
        };
    }

    Sequence text(String text, String field) {
        return read(text, null, "`" + field + "` has ", field);
    }

    /// {@return two texts that are read together}
    ///
    /// @param fields of both, for errors
    Sequence pair(String first, String second, List<String> fields) {
        return read(
                first,
                second,
                "`" + fields.getFirst() + "` and `" + fields.getLast() + "` together have ",
                fields.getLast());
    }

    private Sequence read(String text, @Nullable String pair, String what, String field) {
        Sequence whole;
        try {
            whole = reader.whole(text, pair);
        } catch (IllegalArgumentException e) { // no token, of a tokenizer without special ones
            throw ApiException.field(field, "`" + field + "`: " + e.getMessage());
        }
        return cut && whole.length() > longest ? reader.cut(text, pair, longest) : fitting(whole, what, field);
    }

    private Sequence fitting(Sequence sequence, String what, String field) {
        if (sequence.length() > longest) {
            throw ApiException.of(
                    400,
                    "context_length_exceeded",
                    field,
                    what + sequence.length() + " tokens; " + encoder.name() + " reads " + longest
                            + "; shorten it, or send `truncate_prompt_tokens`: -1 to have the end cut off");
        }
        return sequence;
    }

    /// {@return a field that is a text or a list of them}
    static List<String> texts(Fields fields, String name) {
        String must = "it must be a string or a list of at most " + MOST + " strings";
        @Nullable JsonNode value = fields.take(name);
        if (value == null) {
            throw ApiException.field(name, "`" + name + "` is missing; " + must);
        }
        List<JsonNode> all = value.isArray() ? value.valueStream().toList() : List.of(value);
        if (all.isEmpty() || all.size() > MOST) {
            throw fields.wrong(name, value, must);
        }
        for (JsonNode one : all) {
            if (!one.isString()) {
                throw fields.wrong(name, one, must);
            }
        }
        return all.stream().map(JsonNode::stringValue).toList();
    }
}
