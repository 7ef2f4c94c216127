package dev.mokha.serve.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// `prompt` of completions: a string, a list of strings, token ids, or a list of lists of token ids.
final class CompletionPrompts {
    private static final int PROMPTS = 256;
    private static final String MUST =
            "it must be a string, a list of strings, a list of token ids or a list of lists of token ids";

    private final ServedModel model;
    private final Fields fields;
    private final List<int[]> ids = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    CompletionPrompts(ServedModel model, Fields fields) {
        this.model = model;
        this.fields = fields;
        boolean special = fields.flag("add_special_tokens", true);
        @Nullable JsonNode prompt = fields.take("prompt");
        if (prompt == null) {
            throw ApiException.field("prompt", "`prompt` is missing; " + MUST);
        }
        boolean several =
                prompt.isArray() && !prompt.isEmpty() && !prompt.get(0).isNumber();
        List<JsonNode> all = several ? prompt.valueStream().toList() : List.of(prompt);
        if (all.size() > PROMPTS) {
            throw ApiException.field(
                    "prompt", "`prompt` has " + all.size() + " prompts; a request has " + PROMPTS + " at most");
        }
        for (JsonNode one : all) {
            add(one, special);
        }
    }

    private void add(JsonNode prompt, boolean special) {
        if (prompt.isString()) {
            ids.add(model.tokenizer().encodeIds(prompt.stringValue(), special));
            texts.add(prompt.stringValue());
            return;
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw fields.wrong("prompt", prompt, MUST);
        }
        int[] tokens = new int[prompt.size()];
        int bound = model.tokenizer().idBound();
        for (int i = 0; i < tokens.length; i++) {
            JsonNode id = prompt.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= bound) {
                throw fields.wrong("prompt", id, "token ids are whole numbers from 0 to " + (bound - 1));
            }
            tokens[i] = id.intValue();
        }
        ids.add(tokens);
        texts.add(model.tokenizer().decode(tokens, false));
    }

    /// {@return each prompt's tokens}
    List<int[]> ids() {
        return ids;
    }

    /// {@return each prompt's text}
    List<String> texts() {
        return texts;
    }
}
