package dev.mokha.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.text.chat.jinja.Limits;
import dev.mokha.text.chat.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ChatTemplateTest {
    private static final Conversation HELLO =
            Conversation.of(new Message.System("Be brief."), new Message.User("Hello!"), new Message.Assistant("Hi."));

    @TempDir
    Path folder;

    @Test
    void aSavedTemplateIsReadBack() throws IOException {
        ChatTemplate template = ChatTemplate.builtIn(BuiltInTemplate.CHATML);
        template.save(folder.resolve("new"));
        assertThat(ChatTemplate.of(folder.resolve("new")).render(HELLO)).isEqualTo(template.render(HELLO));
        assertThat(folder.resolve("new"))
                .isDirectoryNotContaining(file -> file.toString().endsWith(".part"));
    }

    @Test
    void aFoldersJinjaFileWinsOverItsConfiguration() throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), "file {{ bos_token }}");
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"chat_template": "config", "bos_token": {"content": "<b>", "lstrip": false}, "eos_token": null}
                """);
        assertThat(ChatTemplate.of(folder).render(HELLO).text()).isEqualTo("file <b>");
    }

    @Test
    void aFolderMayHoldSeveralNamedTemplates() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"chat_template": [{"name": "default", "template": "plain"},
                                   {"name": "tool_use", "template": "tools {{ tools|length }}"}]}
                """);
        assertThat(ChatTemplate.of(folder).render(HELLO).text()).isEqualTo("plain");
        Conversation tools = HELLO.withTools(List.of(Map.of("type", "function")));
        assertThat(ChatTemplate.of(folder, "tool_use").render(tools).text()).isEqualTo("tools 1");
        assertThatThrownBy(() -> ChatTemplate.of(folder, "rag"))
                .hasMessageContaining("'rag'")
                .hasMessageContaining("[default, tool_use]");
    }

    @Test
    void aFolderWithoutATemplateSaysWhereItLooked() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
        assertThatThrownBy(() -> ChatTemplate.of(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chat_template.jinja")
                .hasMessageContaining("tokenizer_config.json");
    }

    @Test
    void aConfigurationThatIsNotJsonIsNamed() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": ");
        assertThatThrownBy(() -> ChatTemplate.of(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenizer_config.json is not JSON");
    }

    @ParameterizedTest
    @EnumSource
    void everyBuiltInTemplateMarksTheAnswerAndItsEnd(BuiltInTemplate name) {
        RenderedChat chat = ChatTemplate.builtIn(name).render(HELLO);
        assertThat(chat.text()).contains("Be brief.").contains("Hello!");
        assertThat(chat.assistant()).hasSize(1);
        RenderedChat.Span span = chat.assistant().getFirst();
        assertThat(chat.text().substring(span.start(), span.end()).strip())
                .matches("Hi\\. ?\\Q" + name.eosToken() + "\\E");
    }

    @ParameterizedTest
    @EnumSource
    void aPromptIsWhatPrecedesTheAnswer(BuiltInTemplate name) {
        ChatTemplate template = ChatTemplate.builtIn(name);
        RenderedChat chat = template.render(HELLO);
        String prompt = template.render(HELLO.first(2, true)).text();
        assertThat(chat.text()).startsWith(prompt);
        assertThat(chat.assistant().getFirst().start()).isEqualTo(prompt.length());
    }

    @Test
    void builtInTemplatesAreFoundByName() {
        assertThat(BuiltInTemplate.named("ChatML")).isEqualTo(BuiltInTemplate.CHATML);
        assertThatThrownBy(() -> BuiltInTemplate.named("vicuna"))
                .hasMessageContaining("vicuna")
                .hasMessageContaining("chatml, llama2, llama3, mistral, zephyr, alpaca");
    }

    @Test
    void messagesCarryWhatTemplatesRead() {
        var call = new Message.ToolCall("id1", "add", Map.of("a", 1));
        var template = ChatTemplate.parse("{{ messages|tojson }}");
        Conversation conversation =
                Conversation.of(new Message.Assistant("", "hm", List.of(call)), new Message.Tool("2", "add", "id1"));
        assertThat(template.render(conversation).text())
                .isEqualTo(
                        "[{\"role\": \"assistant\", \"content\": \"\", \"reasoning_content\": \"hm\", \"thinking\": \"hm\","
                                + " \"tool_calls\": [{\"type\": \"function\", \"id\": \"id1\", \"function\": {\"name\": \"add\","
                                + " \"arguments\": {\"a\": 1}}}]},"
                                + " {\"role\": \"tool\", \"content\": \"2\", \"name\": \"add\", \"tool_call_id\": \"id1\"}]");
    }

    @Test
    void aRefusalOfTheTemplateSaysSo() {
        var template = ChatTemplate.parse("ok\n  {{ raise_exception('Roles must alternate!') }}");
        assertThatThrownBy(() -> template.render(HELLO)).isInstanceOfSatisfying(TemplateException.class, e -> {
            assertThat(e.raised()).isTrue();
            assertThat(e.reason()).isEqualTo("Roles must alternate!");
            assertThat(e).hasMessage("the template refuses: Roles must alternate! (template line 2, column 6)");
        });
    }

    @Test
    void errorsNameTheirPlace() {
        assertThatThrownBy(() -> ChatTemplate.parse("a\n{% if x %}\n  {{ y ! }}{% endif %}"))
                .hasMessage("unexpected character '!' (template line 3, column 8)");
        assertThatThrownBy(() -> ChatTemplate.parse("a\n b {% if x %}\n")).hasMessageContaining("if is never closed");
        assertThatThrownBy(() -> ChatTemplate.parse("{% include 'x' %}"))
                .hasMessage("the statement 'include' is not supported in chat templates (template line 1, column 4)");
        assertThatThrownBy(() -> ChatTemplate.parse("\n{{ messages|nosuch }}").render(HELLO))
                .hasMessage("the filter 'nosuch' is not supported (template line 2, column 13)");
        assertThatThrownBy(() -> ChatTemplate.parse("{{ a.b }}").render(HELLO))
                .hasMessage("'a' is undefined (template line 1, column 5)");
    }

    @Test
    void limitsAreTheCallers() {
        var template = ChatTemplate.parse("{{ 'x' * 100 }}").with(new Limits(50, 1000, 100, 100));
        assertThatThrownBy(() -> template.render(HELLO)).hasMessageContaining("more than 50 characters");
    }
}
