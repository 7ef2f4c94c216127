package dev.mokha.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.mokha.text.chat.jinja.TemplateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Published templates and ours, against `apply_chat_template` of Hugging Face transformers, byte for byte.
final class GoldenChatTest {
    @TestFactory
    List<DynamicTest> everyTemplateRendersEveryConversationAsTransformersDoes() throws IOException {
        JsonNode golden = Golden.json("chats.json");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : golden.path("cases")) {
            String name = one.path("template").stringValue();
            ChatTemplate template = Golden.template(name);
            one.path("expected")
                    .forEachEntry((conversation, expected) -> tests.add(dynamicTest(
                            name + ": " + conversation,
                            () -> check(
                                    template,
                                    Golden.conversation(
                                            golden.path("conversations").path(conversation)),
                                    expected))));
        }
        return tests;
    }

    private static void check(ChatTemplate template, Conversation conversation, JsonNode expected) {
        if (expected.has("raised")) {
            assertThatThrownBy(() -> template.render(conversation))
                    .isInstanceOfSatisfying(TemplateException.class, e -> {
                        assertThat(e.reason()).isEqualTo(expected.path("raised").stringValue());
                        assertThat(e.raised()).isTrue();
                    });
        } else if (expected.has("fails")) {
            assertThatThrownBy(() -> template.render(conversation))
                    .as(expected.path("fails").stringValue())
                    .isInstanceOfSatisfying(
                            TemplateException.class, e -> assertThat(e.raised()).isFalse());
        } else {
            RenderedChat chat = template.render(conversation);
            assertThat(chat.text()).isEqualTo(expected.path("text").stringValue());
            assertThat(codePoints(chat)).isEqualTo(spans(expected));
        }
    }

    private static List<List<Integer>> codePoints(RenderedChat chat) {
        return chat.assistant().stream()
                .map(span -> List.of(
                        chat.text().codePointCount(0, span.start()), chat.text().codePointCount(0, span.end())))
                .toList();
    }

    private static List<List<Integer>> spans(JsonNode expected) {
        List<List<Integer>> spans = new ArrayList<>();
        expected.path("spans")
                .forEach(span ->
                        spans.add(List.of(span.path(0).intValue(), span.path(1).intValue())));
        return spans;
    }

    @Test
    void theGoldenValuesCoverTheFamilies() throws IOException {
        JsonNode golden = Golden.json("chats.json");
        assertThat(golden.path("cases").size()).isGreaterThanOrEqualTo(30);
        assertThat(golden.path("conversations").size()).isGreaterThanOrEqualTo(20);
    }
}
