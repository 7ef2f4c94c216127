package dev.mokha.serve.http;

import dev.mokha.serve.engine.Reader;
import tools.jackson.databind.node.ObjectNode;

/// What a request took, over all its prompts.
final class Totals {
    private int prompt;
    private int cached;
    private int completion;
    private int drafted;
    private int accepted;

    void add(Reader.Usage usage) {
        prompt += usage.promptTokens();
        cached += usage.cachedTokens();
        completion += usage.newTokens();
        drafted += usage.drafted();
        accepted += usage.accepted();
    }

    /// Writes `usage`.
    void write(ObjectNode body) {
        ObjectNode usage = body.putObject("usage")
                .put("prompt_tokens", prompt)
                .put("completion_tokens", completion)
                .put("total_tokens", prompt + completion);
        usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
        if (drafted > 0) { // under OpenAI's names for its predictions
            usage.putObject("completion_tokens_details")
                    .put("accepted_prediction_tokens", accepted)
                    .put("rejected_prediction_tokens", drafted - accepted);
        }
    }
}
