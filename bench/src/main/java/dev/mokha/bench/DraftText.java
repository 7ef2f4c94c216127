package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.engine.Engine;
import dev.mokha.serve.engine.EngineOptions;
import dev.mokha.serve.engine.Reader;
import dev.mokha.serve.engine.Request;
import dev.mokha.serve.kernel.KeyValueType;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a model writes behind the beginnings of texts, greedily: to train a draft model on, as
/// [Kim and Rush 2016](https://arxiv.org/abs/1606.07947), §3.2, train small models on the large one's
/// sequences.
///
///     java … dev.mokha.bench.DraftText MODEL PROMPTS LENGTH TOKENS OUT
///
/// PROMPTS are gzipped JSON lines with a field `prompt`, of which the first LENGTH tokens are continued by
/// TOKENS. OUT gets lines with a field `text`.
public final class DraftText {
    private static final int USERS = 16;

    private DraftText() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        List<String> texts = JsonLines.read(Path.of(arguments[1]), "prompt");
        int length = Integer.parseInt(arguments[2]);
        int tokens = Integer.parseInt(arguments[3]);
        var options = EngineOptions.DEFAULT.withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 256L << 20));
        try (var engine = Engine.open(Path.of(arguments[0]), options);
                var out = new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(Path.of(arguments[4]))), StandardCharsets.UTF_8)) {
            for (int from = 0; from < texts.size(); from += USERS) {
                List<CompletableFuture<int[]>> answers =
                        texts.subList(from, Math.min(from + USERS, texts.size())).stream()
                                .map(text -> answer(engine, text, length, tokens))
                                .toList();
                for (CompletableFuture<int[]> answer : answers) {
                    String text = engine.tokenizer().decode(answer.join(), true);
                    out.write(JsonNodeFactory.instance.objectNode().put("text", text) + "\n");
                }
            }
        }
    }

    /// {@return the prompt and what follows}
    private static CompletableFuture<int[]> answer(Engine engine, String text, int length, int tokens) {
        int[] ids = engine.tokenizer().encodeIds(text);
        int[] prompt = Arrays.copyOf(ids, Math.min(length, ids.length));
        var sampling = Sampling.greedy(tokens).withEnding(Ending.after(tokens).withoutEndOfText());
        var done = new CompletableFuture<int[]>();
        var all = IntStream.builder();
        Arrays.stream(prompt).forEach(all);
        engine.submit(Request.of(prompt, sampling), new Reader() {
            @Override
            public void token(int answer, String more, Sampler.Choice choice) {
                all.add(choice.id());
            }

            @Override
            public void done(Usage usage) {
                done.complete(all.build().toArray());
            }

            @Override
            public void failed(RuntimeException cause) {
                done.completeExceptionally(cause);
            }
        });
        return done;
    }
}
