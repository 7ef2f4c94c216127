package dev.mokha.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// A chat on a terminal: line editing, a history that stays, pasted text in one piece, Ctrl-C for the answer only.
final class ChatTerminal {
    private ChatTerminal() {}

    static void run(ChatSession session) {
        Thread thread = Thread.currentThread();
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .encoding(StandardCharsets.UTF_8)
                .build()) {
            terminal.handle(Terminal.Signal.INT, _ -> thread.interrupt());
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .variable(LineReader.HISTORY_FILE, history())
                    .option(LineReader.Option.BRACKETED_PASTE, true)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // '!' is punctuation here
                    .build();
            terminal.writer().println("/help lists the commands");
            while (true) {
                try {
                    if (!session.take(reader.readLine("> "), terminal.writer())) {
                        return;
                    }
                } catch (UserInterruptException _) {
                    terminal.writer().println("(Ctrl-D or /exit leaves)");
                } catch (EndOfFileException _) {
                    return;
                } catch (IllegalArgumentException e) { // such as a template that refuses a message
                    terminal.writer().println("error: " + Errors.message(e));
                }
                terminal.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return the file of earlier lines, in the folder where programs of this user keep their state}
    private static Path history() throws IOException {
        String state = System.getenv("XDG_STATE_HOME");
        Path folder = state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        return Files.createDirectories(folder.resolve("mokha")).resolve("chat-history");
    }
}
