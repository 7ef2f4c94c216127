package dev.mokha.serve.http;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/// JSON of strings that may hold anything.
final class JsonText {
    private JsonText() {}

    static String of(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    /// A body for completions; quotes around names are made of '.
    static byte[] body(String prompt, String fields) {
        String names = fields.replaceAll("'(\\w+)':", "\"$1\":");
        return ("{\"prompt\": " + of(prompt) + ", " + names + "}").getBytes(StandardCharsets.UTF_8);
    }
}
