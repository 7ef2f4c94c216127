package dev.mokha.cli;

import dev.mokha.language.generate.LanguageModel;
import dev.mokha.text.chat.BuiltInTemplate;
import dev.mokha.text.chat.ChatTemplate;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha chat`: a conversation in the terminal.
@Command(
        name = "chat",
        description = {
            "Chats with a local model.",
            "On a terminal, with history and editing; /help lists the commands. Otherwise each line of standard input is"
                    + " a message."
        },
        footer = {
            "  mokha chat model",
            "  mokha chat model --template chatml --system \"Answer briefly.\" --temperature 0.7"
        })
final class ChatCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description = "A Hugging Face folder with config.json, tokenizer.json and the weights, or a GGUF file.")
    private Path folder;

    @Option(names = "--system", paramLabel = "TEXT", defaultValue = "", description = "Instructions for the model.")
    private String system;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            description = "A built-in chat template instead of the folder's: chatml, llama2, llama3, mistral, zephyr,"
                    + " alpaca.")
    private @Nullable String template;

    @Mixin
    private SamplingOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        @Nullable
        ChatTemplate builtIn = template == null ? null : ChatTemplate.builtIn(BuiltInTemplate.named(template));
        try (var model = LanguageModel.load(folder)) {
            @Nullable ChatTemplate chat = builtIn == null ? model.chatTemplate() : builtIn;
            if (chat == null) {
                throw new IllegalArgumentException(folder + " has no chat template, neither chat_template.jinja nor"
                        + " chat_template in tokenizer_config.json, nor tokenizer.chat_template in a GGUF file; take a"
                        + " built-in one: --template chatml");
            }
            var session = new ChatSession(model, chat, options.sampling(model), system);
            if (Boolean.getBoolean("mokha.interactive")) { // the launcher asked: input and output are terminals
                ChatTerminal.run(session);
            } else {
                var out = spec.commandLine().getOut();
                var open = new AtomicBoolean(true);
                TextLines.forEach(null, line -> open.compareAndSet(true, open.get() && session.take(line, out)));
            }
        }
        return ExitCode.OK;
    }
}
