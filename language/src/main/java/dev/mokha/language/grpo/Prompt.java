package dev.mokha.language.grpo;

import dev.mokha.language.corpus.CorpusException;
import dev.mokha.text.chat.ChatEncoder;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.tokenizer.Tokenizer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is to be completed, and what its completions are judged by.
///
/// @param text the prompt; of a conversation its last message
/// @param conversation to be answered by the chat template; null for a text that is continued as it stands
/// @param fields what rewards read, such as `answer`
/// @param where what an error about it begins with
public record Prompt(String text, @Nullable Conversation conversation, Map<String, String> fields, String where) {
    /// The field that holds the right answer.
    public static final String ANSWER = "answer";

    public Prompt {
        fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    }

    /// A text to continue, with its right answer.
    public static Prompt of(String text, String answer) {
        return new Prompt(text, null, Map.of(ANSWER, answer), "prompt '" + text + "'");
    }

    /// {@return a field that a reward needs}
    /// @param reward whose need it is
    /// @throws CorpusException when the prompt has none
    public String field(String name, String reward) {
        @Nullable String value = fields.get(name);
        if (value == null) {
            throw new CorpusException(where + ": no field '" + name + "', which the reward " + reward + " needs");
        }
        return value;
    }

    /// {@return the tokens that are continued}
    int[] ids(Tokenizer tokenizer, ChatEncoder chat) {
        int[] ids = conversation == null ? tokenizer.encodeIds(text) : chat.prompt(conversation);
        if (ids.length == 0) {
            throw new CorpusException(where + ": the prompt is empty");
        }
        return ids;
    }
}
