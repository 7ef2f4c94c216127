package dev.mokha.language.align;

import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.EncodedChat;
import java.util.Arrays;

/// A conversation as tokens, whose last answer is scored. Two rows are equal only when they are the same one.
///
/// @param ids `[time]`
/// @param labels `[time]`: the ids where the last answer stands, its end of turn included, -100 elsewhere
/// @param prompt how many tokens stand before what answers them
@SuppressWarnings("ArrayRecordComponent") // tokens on their way to a tensor; equality is identity on purpose
public record AnswerRow(int[] ids, int[] labels, int prompt) {
    static final int IGNORED = -100;

    /// Encodes a conversation. Earlier answers of the assistant belong to the prompt, so only the last
    /// one counts.
    ///
    /// @param prompt how many tokens the conversation has before its last answer
    static AnswerRow of(Conversation conversation, ChatEncoder encoder, int prompt) {
        EncodedChat chat = encoder.encode(conversation);
        int[] labels = chat.labels(IGNORED);
        int begin = Math.min(prompt, labels.length);
        Arrays.fill(labels, 0, begin, IGNORED);
        return new AnswerRow(chat.ids(), labels, begin);
    }

    /// {@return how many tokens count}
    int scored() {
        return (int) Arrays.stream(labels).filter(label -> label != IGNORED).count();
    }

    /// {@return whether it has an answer and fits. A cut answer would be judged by what is left of it, and a
    /// cut prompt is another question}
    boolean fits(int context) {
        return ids.length <= context && scored() > 0;
    }

    /// {@return this prompt with the answer of another row, cut where the context ends}
    AnswerRow answeredBy(AnswerRow other, int context) {
        int length = Math.min(context, prompt + other.ids.length - other.prompt);
        int[] mixed = Arrays.copyOf(ids, length);
        int[] counted = new int[length];
        Arrays.fill(counted, 0, prompt, IGNORED);
        System.arraycopy(other.ids, other.prompt, mixed, prompt, length - prompt);
        System.arraycopy(other.labels, other.prompt, counted, prompt, length - prompt);
        return new AnswerRow(mixed, counted, prompt);
    }
}
