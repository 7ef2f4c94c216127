package dev.mokha.text.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The blocks of `docs/chat-templates.md`.
final class ChatDocTest {
    @TempDir
    private Path folder;

    @Test
    void thePageRuns() throws IOException {
        var training = ByteLevelBpeTraining.gpt2(260);
        training.tokenizer(training.train(List.of("the capital of Yemen"), TrainingProgress.SILENT))
                .save(folder);
        Files.writeString(folder.resolve("chat_template.jinja"), BuiltInTemplate.CHATML.source());
        // region chat
        ChatTemplate template = ChatTemplate.of(folder); // or ChatTemplate.builtIn(BuiltInTemplate.CHATML)
        var question = new Message.User("What is the capital of Yemen?");
        String prompt =
                template.render(Conversation.of(question).toBeAnswered()).text();

        var answered = Conversation.of(question, new Message.Assistant("Sanaa."));
        EncodedChat chat = new ChatEncoder(template, Tokenizer.load(folder)).encode(answered);
        chat.ids(); // [time]
        chat.loss(); // [time], true on the assistant's tokens
        chat.labels(-100); // [time], the ids where the loss counts
        // endregion
        assertThat(prompt).contains("What is the capital of Yemen?").endsWith("assistant\n");
        assertThat(chat.ids()).hasSameSizeAs(chat.loss());
        assertThat(chat.loss()).contains(true, false);
        assertThat(chat.labels(-100)).contains(-100);
    }
}
