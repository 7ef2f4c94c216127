package dev.mokha.text.chat;

import dev.mokha.text.chat.jinja.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the assistant's text where the template does not mark it.
///
/// First way, prefixes: what the assistant's message adds to the text is what rendering up to and with it has beyond
/// rendering up to it with the generation prompt. That holds where a longer conversation begins with the text of a
/// shorter one. Some templates break this (Qwen 3 drops the thinking of earlier turns), so there is a second way: put a
/// mark in place of the message's content; what stands around the mark is not the assistant's, but for the end of turn,
/// which is what follows the mark when the conversation ends there.
final class AssistantSpans {
    private static final String MARK = "QzxAssistantWroteThisZxq";

    private final ChatTemplate template;
    private final Conversation conversation;
    private final String text;

    private AssistantSpans(ChatTemplate template, Conversation conversation, String text) {
        this.template = template;
        this.conversation = conversation;
        this.text = text;
    }

    static RenderedChat find(ChatTemplate template, Conversation conversation, String text) {
        var search = new AssistantSpans(template, conversation, text);
        List<RenderedChat.Span> spans = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < conversation.messages().size(); i++) {
            if (conversation.isAssistant(i)) {
                RenderedChat.Span span = search.span(i, from);
                spans.add(span);
                from = span.end();
            }
        }
        return new RenderedChat(text, spans);
    }

    private RenderedChat.Span span(int message, int from) {
        RenderedChat.Span span = byPrefix(message);
        if (span == null) {
            span = byMark(message);
        }
        if (span == null || span.start() < from) {
            throw new IllegalArgumentException("cannot tell what the assistant wrote in message " + message
                    + ": the template changes earlier text; put {% generation %} blocks around the assistant's text in the"
                    + " template");
        }
        return span;
    }

    private RenderedChat.@Nullable Span byPrefix(int message) {
        try {
            String before = template.render(conversation.first(message, true)).text();
            String with =
                    template.render(conversation.first(message + 1, false)).text();
            return text.startsWith(with) && with.startsWith(before)
                    ? new RenderedChat.Span(before.length(), with.length())
                    : null;
        } catch (TemplateException _) {
            return null; // the template refuses a conversation that ends here
        }
    }

    private RenderedChat.@Nullable Span byMark(int message) {
        Object content = conversation.messages().get(message).get("content");
        if (!(content instanceof String said) || said.isBlank() || text.contains(MARK)) {
            return null;
        }
        List<Map<String, @Nullable Object>> marked = new ArrayList<>(conversation.messages());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(marked.get(message));
        fields.put("content", MARK);
        marked.set(message, fields);
        try {
            Conversation other = conversation.with(marked, conversation.generationPrompt());
            String around = template.render(other).text();
            int start = around.indexOf(MARK);
            if (start < 0) {
                return null;
            }
            String after = around.substring(start + MARK.length());
            int end = text.length() - after.length();
            if (end < start || !text.startsWith(around.substring(0, start)) || !text.endsWith(after)) {
                return null;
            }
            String alone = template.render(other.first(message + 1, false)).text();
            return new RenderedChat.Span(
                    start, end + common(after, alone.substring(alone.indexOf(MARK) + MARK.length())));
        } catch (TemplateException _) {
            return null;
        }
    }

    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }
}
