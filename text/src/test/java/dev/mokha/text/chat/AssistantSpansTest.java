package dev.mokha.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class AssistantSpansTest {
    private static final Conversation TURNS = Conversation.of(
            new Message.User("What is one?"),
            new Message.Assistant("One is 1."),
            new Message.User("And two?"),
            new Message.Assistant("It is 2."));

    static Stream<String> published() throws IOException {
        return Golden.json("chats.json")
                .path("cases")
                .valueStream()
                .map(one -> one.path("template").stringValue());
    }

    @ParameterizedTest
    @MethodSource("published")
    void whatTheAssistantSaidIsFoundInEveryTemplate(String name) throws IOException {
        RenderedChat chat = Golden.template(name).renderWithSpans(TURNS);
        List<String> said = said(chat);
        assertThat(said).hasSizeBetween(2, 3); // one template marks the end of the text as well
        assertThat(said.getFirst()).contains("One is 1.").doesNotContain("one?", "two?", "It is 2.");
        assertThat(said.get(1)).contains("It is 2.").doesNotContain("one?", "two?", "One is 1.");
    }

    @ParameterizedTest
    @EnumSource(names = "ALPACA", mode = EnumSource.Mode.EXCLUDE) // whose turns end with a blank line nobody writes
    void prefixesTellTheSameAsMarks(BuiltInTemplate name) {
        ChatTemplate marked = ChatTemplate.builtIn(name);
        String source = name.source()
                .replace("{%- generation %}", "{%- if true %}")
                .replace("{%- endgeneration %}", "{%- endif %}");
        ChatTemplate unmarked =
                ChatTemplate.parse(source).with("bos_token", name.bosToken()).with("eos_token", name.eosToken());
        assertThat(unmarked.render(TURNS).assistant()).isEmpty();
        List<String> byPrefix = said(unmarked.renderWithSpans(TURNS));
        assertThat(byPrefix.stream().map(String::strip))
                .isEqualTo(
                        said(marked.render(TURNS)).stream().map(String::strip).toList());
    }

    @Test
    void aTemplateThatRewritesEarlierTurnsStillTellsThem() throws IOException {
        Conversation thinking = Conversation.of(
                new Message.User("One?"),
                new Message.Assistant("1", "The first.", List.of()),
                new Message.User("Two?"),
                new Message.Assistant("2", "The second.", List.of()));
        RenderedChat chat = Golden.template("templates/qwen3.jinja").renderWithSpans(thinking);
        assertThat(said(chat)).containsExactly("1<|im_end|>\n", "<think>\nThe second.\n</think>\n\n2<|im_end|>\n");
    }

    @Test
    void aGenerationBlockInsideAMacroIsFoundByPrefixes() {
        var template =
                ChatTemplate.parse("{% macro say(m) %}{% generation %}{{ m.content }};{% endgeneration %}{% endmacro %}"
                        + "{% for m in messages %}{{ m.role }}: {{ say(m) }}{% endfor %}"
                        + "{% if add_generation_prompt %}assistant: {% endif %}");
        assertThat(template.render(TURNS).assistant()).isEmpty();
        assertThat(said(template.renderWithSpans(TURNS))).containsExactly("One is 1.;", "It is 2.;");
    }

    @Test
    void whatCannotBeToldIsAnErrorWithTheWayOut() {
        var template =
                ChatTemplate.parse("{{ messages|length }}{% for m in messages %}{{ m.content|length }}{% endfor %}");
        assertThatThrownBy(() -> template.renderWithSpans(TURNS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("message 1")
                .hasMessageContaining("{% generation %}");
    }

    @Test
    void toolCallsAreTheAssistants() throws IOException {
        Conversation tools = Golden.conversation(
                Golden.json("chats.json").path("conversations").path("tool-answer"));
        RenderedChat chat = Golden.template("templates/qwen2.5.jinja").renderWithSpans(tools);
        assertThat(said(chat)).hasSize(2);
        assertThat(said(chat).getFirst()).startsWith("Let me see.\n<tool_call>").endsWith("</tool_call><|im_end|>\n");
        assertThat(said(chat).getLast()).isEqualTo("It is 21 °C.<|im_end|>\n");
    }

    private static List<String> said(RenderedChat chat) {
        return chat.assistant().stream()
                .map(span -> chat.text().substring(span.start(), span.end()))
                .toList();
    }
}
