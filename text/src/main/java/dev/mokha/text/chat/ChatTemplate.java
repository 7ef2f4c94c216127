package dev.mokha.text.chat;

import dev.mokha.text.chat.jinja.Limits;
import dev.mokha.text.chat.jinja.Rendered;
import dev.mokha.text.chat.jinja.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns a conversation into the text that a model was trained on, by the Jinja template published with it.
///
/// Renders the same text as `apply_chat_template` of Hugging Face transformers. A template is a program from elsewhere:
/// it runs in a sandbox, within [Limits]. Templates are values: any thread may render one at any time.
///
/// ```java
/// ChatTemplate template = ChatTemplate.of(Path.of("model"));
/// String prompt = template.render(Conversation.of(new Message.User("Hello!")).toBeAnswered()).text();
/// ```
public final class ChatTemplate {
    private final String source;
    private final Template template;
    private final Map<String, @Nullable Object> variables;
    private final Clock clock;
    private final Limits limits;

    private ChatTemplate(
            String source, Template template, Map<String, @Nullable Object> variables, Clock clock, Limits limits) {
        this.source = source;
        this.template = template;
        this.variables = variables;
        this.clock = clock;
        this.limits = limits;
    }

    /// {@return the template of this Jinja text}
    /// @throws dev.mokha.text.chat.jinja.TemplateException where the text is not in our subset of Jinja
    public static ChatTemplate parse(String source) {
        return new ChatTemplate(
                source, Template.parse(source), Map.of(), Clock.system(ZoneId.systemDefault()), Limits.DEFAULT);
    }

    /// {@return the template of a Hugging Face folder, with the folder's special tokens as variables}
    /// @throws IllegalArgumentException when the folder has none
    public static ChatTemplate of(Path folder) {
        return TemplateFolder.read(folder).template("default");
    }

    /// {@return the template of this name, such as `tool_use`, of a folder that has several}
    public static ChatTemplate of(Path folder, String name) {
        return TemplateFolder.read(folder).template(name);
    }

    /// {@return one of our own templates}
    public static ChatTemplate builtIn(BuiltInTemplate name) {
        ChatTemplate template = parse(name.source());
        template = template.with("bos_token", name.bosToken());
        return template.with("eos_token", name.eosToken());
    }

    /// {@return this template with a variable that it will see in every conversation, such as `bos_token`}
    public ChatTemplate with(String variable, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(variable, value);
        return new ChatTemplate(source, template, more, clock, limits);
    }

    /// {@return this template with another clock for `strftime_now`}
    public ChatTemplate with(Clock other) {
        return new ChatTemplate(source, template, variables, other, limits);
    }

    /// {@return this template within other limits}
    public ChatTemplate with(Limits other) {
        return new ChatTemplate(source, template, variables, clock, other);
    }

    /// {@return the Jinja text}
    public String source() {
        return source;
    }

    /// Writes the template into a Hugging Face folder, as `chat_template.jinja`.
    public void save(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path written = folder.resolve("chat_template.jinja.part");
        Files.writeString(written, source);
        Files.move(written, folder.resolve("chat_template.jinja"), StandardCopyOption.REPLACE_EXISTING);
    }

    /// {@return the text, with the spans of the template's own `{% generation %}` blocks, if it has any}
    /// @throws dev.mokha.text.chat.jinja.TemplateException when the template refuses the conversation or errs
    public RenderedChat render(Conversation conversation) {
        return chat(run(conversation));
    }

    /// {@return the text with the spans of the assistant's messages, whether the template marks them or not}
    /// @throws IllegalArgumentException when the spans cannot be told
    public RenderedChat renderWithSpans(Conversation conversation) {
        Rendered rendered = run(conversation);
        return rendered.buffered() || rendered.spans().isEmpty()
                ? AssistantSpans.find(this, conversation, rendered.text())
                : chat(rendered);
    }

    private Rendered run(Conversation conversation) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(variables);
        all.put("messages", conversation.messages());
        all.put("tools", conversation.tools().isEmpty() ? null : conversation.tools());
        all.put("documents", null);
        all.put("add_generation_prompt", conversation.generationPrompt());
        all.putAll(conversation.variables());
        return template.render(all, clock, limits);
    }

    private static RenderedChat chat(Rendered rendered) {
        List<RenderedChat.Span> spans = new ArrayList<>();
        if (!rendered.buffered()) {
            rendered.spans().forEach(span -> spans.add(new RenderedChat.Span(span.start(), span.end())));
        }
        return new RenderedChat(rendered.text(), spans);
    }
}
