package dev.mokha.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class ChatCommandTest {
    @TempDir
    private Path folder;

    @Test
    void messagesAreAnsweredAndCommandsObeyed() throws IOException {
        Path saved = folder.resolve("saved.json");
        try (var model = LanguageModel.load(TinyModel.write(folder.resolve("model")))) {
            var session = new ChatSession(
                    model, ChatTemplate.builtIn(BuiltInTemplate.CHATML), Sampling.greedy(5), "Be brief.");
            assertThat(told(session, "  ")).isEmpty();
            assertThat(told(session, "مرحبا")).contains("cut at 5 tokens");
            assertThat(told(session, "/save " + saved)).contains("saved to " + saved);
            var json = new JsonMapper().readTree(Files.readString(saved));
            assertThat(json.at("/messages").size()).isEqualTo(3);
            assertThat(json.at("/messages/0/content").asString()).isEqualTo("Be brief.");
            assertThat(json.at("/messages/1/content").asString()).isEqualTo("مرحبا");
            assertThat(json.at("/messages/2/role").asString()).isEqualTo("assistant");

            told(session, "/system Answer in Arabic.");
            told(session, "/save " + saved);
            assertThat(Files.readString(saved)).contains("Answer in Arabic.").doesNotContain("مرحبا");
            told(session, "/system");
            told(session, "/reset");
            told(session, "/save " + saved);
            assertThat(new JsonMapper()
                            .readTree(Files.readString(saved))
                            .at("/messages")
                            .size())
                    .isZero();

            assertThat(told(session, "/help")).contains("/reset", "/exit");
            assertThat(told(session, "/rest")).contains("there is no command /rest");
            assertThat(told(session, "/save")).contains("name of a file");
            assertThat(told(session, "/save " + folder.resolve("no/such/folder/x")))
                    .contains("not saved");
            assertThat(session.take("/exit", new PrintWriter(new StringWriter())))
                    .isFalse();
        }
    }

    @Test
    void anInterruptEndsTheAnswerAndNotTheChat() {
        try (var model = LanguageModel.load(TinyModel.write(folder.resolve("model")))) {
            var session = new ChatSession(model, ChatTemplate.builtIn(BuiltInTemplate.CHATML), Sampling.greedy(50), "");
            Thread.currentThread().interrupt();
            assertThat(told(session, "hello")).doesNotContain("cut at");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(told(session, "hello")).isNotEmpty();
        }
    }

    @Test
    void aModelWithoutAChatTemplateNeedsOneNamed() {
        Path model = TinyModel.write(folder.resolve("model"));
        var run = Run.mokha("chat", model);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no chat template");
        var unknown = Run.mokha("chat", model, "--template", "gpt");
        assertThat(unknown.err()).contains("gpt", "chatml");
    }

    private static String told(ChatSession session, String line) {
        var out = new StringWriter();
        assertThat(session.take(line, new PrintWriter(out))).isTrue();
        return out.toString();
    }
}
