package dev.mokha.language.judge;

import dev.mokha.language.generate.Answer;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A model that answers in a conversation. Without a chat template it continues the messages as plain text,
/// with a blank line between them.
final class Speaker {
    private final LanguageModel model;
    private final Sampling sampling;

    Speaker(LanguageModel model, Sampling sampling) {
        this.model = model;
        this.sampling = sampling;
    }

    /// {@return the answer; null where the conversation leaves no room for one in the model's context}
    @Nullable
    Answer answer(List<Message> messages) {
        @Nullable ChatTemplate template = model.chatTemplate();
        int[] ids = template == null
                ? model.tokenizer()
                        .encodeIds(messages.stream().map(Message::content).collect(Collectors.joining("\n\n")) + "\n\n")
                : model.tokenizer()
                        .encodeIds(
                                template.render(Conversation.of(messages).toBeAnswered())
                                        .text(),
                                false);
        return ids.length >= model.decoder().config().maxPositionEmbeddings()
                ? null
                : model.generate(ids, false, sampling, _ -> {});
    }

    /// Forgets what was read, so that what comes next does not depend on it, even in its rounding.
    void reset() {
        model.reset();
    }
}
