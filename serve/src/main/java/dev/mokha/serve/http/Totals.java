package dev.mokha.serve.http;

import dev.mokha.serve.engine.Reader;
import tools.jackson.databind.node.ObjectNode;

/// What a request took, over all its prompts.
final class Totals {
    private int prompt;
    private int cached;
    private int completion;

    void add(Reader.Usage usage) {
        prompt += usage.promptTokens();
        cached += usage.cachedTokens();
        completion += usage.newTokens();
    }

    /// Writes `usage`.
    void write(ObjectNode body) {
        body.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion)
                .putObject("prompt_tokens_details")
                .put("cached_tokens", cached);
    }
}
