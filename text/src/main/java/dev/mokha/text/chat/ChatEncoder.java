package dev.mokha.text.chat;

import dev.mokha.text.tokenizer.Encoding;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.List;

/// Conversations to token ids with a loss mask.
///
/// The template writes special tokens out, so none are added; and nothing is cut or filled up, whatever the tokenizer's
/// file says. A token counts in the loss when the assistant wrote all of it: one that reaches over the edge of the
/// assistant's text, or stands for no text, does not count.
public final class ChatEncoder {
    private final ChatTemplate template;
    private final Tokenizer tokenizer;

    public ChatEncoder(ChatTemplate template, Tokenizer tokenizer) {
        this.template = template;
        // A post-processor would also trim white space off the offsets, and so hide where a token reaches.
        this.tokenizer = tokenizer.toBuilder()
                .postProcessor(null)
                .truncation(null)
                .padding(null)
                .build();
    }

    /// {@return the ids of a conversation to be answered: what generation begins with}
    public int[] prompt(Conversation conversation) {
        return tokenizer.encodeIds(template.render(conversation.toBeAnswered()).text(), false);
    }

    /// {@return the ids of a conversation, with the loss on what the assistant wrote}
    /// @throws IllegalArgumentException when the template does not let us tell what the assistant wrote
    public EncodedChat encode(Conversation conversation) {
        return encode(template.renderWithSpans(conversation));
    }

    /// {@return the ids of a rendered conversation, with the loss on its assistant spans}
    public EncodedChat encode(RenderedChat chat) {
        Encoding encoding = tokenizer.encode(chat.text(), false);
        boolean[] loss = new boolean[encoding.size()];
        List<RenderedChat.Span> spans = chat.assistant();
        int next = 0;
        for (int i = 0; i < loss.length; i++) {
            while (next < spans.size() && spans.get(next).end() <= encoding.start(i)) {
                next++;
            }
            loss[i] = next < spans.size()
                    && spans.get(next).start() <= encoding.start(i)
                    && encoding.start(i) < encoding.end(i)
                    && encoding.end(i) <= spans.get(next).end();
        }
        return new EncodedChat(encoding.ids(), loss);
    }
}
