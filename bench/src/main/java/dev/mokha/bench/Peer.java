package dev.mokha.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A program in another language that takes turns with ours: each line it reads it answers with one line of JSON.
final class Peer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Writer to;
    private final BufferedReader from;
    private final JsonNode about;

    /// Starts it, and waits until it says what it is.
    Peer(List<String> command) throws IOException {
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        this.to = process.outputWriter(StandardCharsets.UTF_8);
        this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.about = read();
    }

    /// {@return its first line: versions and threads}
    JsonNode about() {
        return about;
    }

    /// {@return its answer}
    JsonNode ask(String command) throws IOException {
        to.write(command + "\n");
        to.flush();
        return read();
    }

    private JsonNode read() throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IOException("the peer ended without an answer: "
                    + process.info().commandLine().orElse("?"));
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        to.write("quit\n");
        to.close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        from.close();
    }
}
