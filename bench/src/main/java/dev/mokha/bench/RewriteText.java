package dev.mokha.bench;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/// Orders to rewrite a passage of real text, with the answers: to teach a decoder to rewrite, and to ask it.
///
///     java … dev.mokha.bench.RewriteText TEXT TASK COUNT SEED OUT
///
/// TEXT is gzipped JSON lines with a field `text`. OUT gets COUNT such lines with `prompt`, `completion` and
/// `task` ([Rewrites]); equal seeds give equal lines. TASK is `replace` (a word by another), `american`,
/// `she` (he becomes she, and what goes with it), `spelling` (letters exchanged) or `last` (the last sentence
/// left out).
public final class RewriteText {
    private RewriteText() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        var rewrites = new Rewrites(new Passages(JsonLines.read(Path.of(arguments[0]), "text")));
        int count = Integer.parseInt(arguments[2]);
        var random = new SplittableRandom(Long.parseLong(arguments[3]));
        try (var out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[4]))), StandardCharsets.UTF_8)) {
            for (int i = 0; i < count; i++) {
                out.write(rewrites.next(arguments[1], random).row() + "\n");
            }
        }
    }
}
