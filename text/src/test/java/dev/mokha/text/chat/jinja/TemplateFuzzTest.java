package dev.mokha.text.chat.jinja;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.text.chat.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Any bytes as a template either render or are refused with a [TemplateException]; nothing else is thrown.
/// Without the fuzzer's environment variable (`JAZZER_FUZZ=1`) the committed inputs run as a plain test.
final class TemplateFuzzTest {
    private static final Limits SMALL = new Limits(20_000, 20_000, 200, 1_000);
    private static final Map<String, Object> VARIABLES = Map.of(
            "messages",
            List.of(
                    Map.of("role", "user", "content", "Hello 👩🏽‍🚀!"),
                    Map.of("role", "assistant", "content", "سلام", "n", 1.5, "l", List.of(1, true, "x"))),
            "n",
            3,
            "add_generation_prompt",
            true);

    @FuzzTest
    void anyTemplateIsRenderedOrRefused(byte[] bytes) {
        try {
            Template.parse(new String(bytes, StandardCharsets.UTF_8)).render(VARIABLES, Golden.CLOCK, SMALL);
        } catch (TemplateException _) {
            // refused, as it may be
        }
    }
}
