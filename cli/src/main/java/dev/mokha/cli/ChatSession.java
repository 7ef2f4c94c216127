package dev.mokha.cli;

import dev.mokha.cli.facts.JsonFiles;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/// A conversation at a prompt: what a person types is a message or a command that begins with `/`.
///
/// Text is written in the order it is read; showing Arabic right to left is the terminal's work.
final class ChatSession {
    static final String HELP = """
            /reset         forgets the conversation
            /system TEXT   sets the instructions, and forgets the conversation; without TEXT removes them
            /save FILE     writes the conversation as JSON
            /help          shows this
            /exit          leaves, as Ctrl-D does
            Ctrl-C stops an answer. A pasted text may have several lines.""";

    private final LanguageModel model;
    private final ChatTemplate template;
    private final Sampling sampling;
    private final List<Message> messages = new ArrayList<>();
    private String system;

    ChatSession(LanguageModel model, ChatTemplate template, Sampling sampling, String system) {
        this.model = model;
        this.template = template;
        this.sampling = sampling;
        this.system = system;
        reset();
    }

    /// Takes one line; {@return whether to go on}
    boolean take(String line, PrintWriter out) {
        String text = line.strip();
        if (text.isEmpty()) {
            return true;
        }
        if (!text.startsWith("/")) {
            answer(text, out);
            return true;
        }
        String[] words = text.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "/exit", "/quit" -> {
                return false;
            }
            case "/reset" -> reset();
            case "/system" -> {
                system = rest;
                reset();
            }
            case "/save" -> save(rest, out);
            case "/help" -> out.println(HELP);
            default -> out.println("there is no command " + words[0] + "; /help shows them");
        }
        out.flush();
        return true;
    }

    private void reset() {
        messages.clear();
        if (!system.isEmpty()) {
            messages.add(new Message.System(system));
        }
        model.reset();
    }

    private void answer(String text, PrintWriter out) {
        messages.add(new Message.User(text));
        String prompt =
                template.render(Conversation.of(messages).toBeAnswered()).text();
        int[] ids = model.tokenizer().encodeIds(prompt, false); // the template writes special tokens itself
        var answer = model.generate(ids, false, sampling, piece -> {
            out.print(piece);
            out.flush();
        });
        Thread.interrupted(); // an interrupt ended the answer and nothing else
        messages.add(new Message.Assistant(answer.text()));
        out.println();
        switch (answer.end()) {
            case CONTEXT -> out.println("(the model's context is full: /reset begins anew)");
            case LENGTH -> out.println("(cut at " + sampling.maxNewTokens() + " tokens: --max-new-tokens gives more)");
            case END_OF_TEXT, STOP_TEXT, STOP_TOKEN, INTERRUPTED -> {}
        }
        out.flush();
    }

    private void save(String file, PrintWriter out) {
        if (file.isEmpty()) {
            out.println("/save needs the name of a file");
            return;
        }
        var json = JsonNodeFactory.instance.objectNode();
        var list = json.putArray("messages");
        for (Message message : messages) {
            String role = switch (message) {
                case Message.System _ -> "system";
                case Message.User _ -> "user";
                case Message.Assistant _ -> "assistant";
                case Message.Tool _ -> "tool";
            };
            list.addObject().put("role", role).put("content", message.content());
        }
        try {
            JsonFiles.write(Path.of(file), json.toPrettyString() + "\n");
            out.println("saved to " + file);
        } catch (RuntimeException e) { // a conversation is not lost over a wrong name
            out.println("not saved: " + Errors.message(e));
        }
    }
}
