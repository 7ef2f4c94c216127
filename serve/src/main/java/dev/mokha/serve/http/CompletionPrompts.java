package dev.mokha.serve.http;

import dev.mokha.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/// `prompt` of completions.
final class CompletionPrompts {
    private static final int PROMPTS = 256;

    private final List<int[]> ids = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();

    CompletionPrompts(ServedModel model, Fields fields) {
        boolean special = fields.flag("add_special_tokens", true);
        Tokenizer tokenizer = model.tokenizer();
        for (TextOrIds prompt : TextOrIds.list(fields, "prompt", PROMPTS, tokenizer.idBound())) {
            switch (prompt) {
                case TextOrIds.Text(String text) -> {
                    ids.add(tokenizer.encodeIds(text, special));
                    texts.add(text);
                }
                case TextOrIds.Ids(int[] tokens) -> {
                    ids.add(tokens);
                    texts.add(tokenizer.decode(tokens, false));
                }
            }
        }
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
