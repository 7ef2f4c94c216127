package dev.mokha.bench;

import dev.mokha.language.generate.Generator;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.tensor.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// From the start of the program to the first token of a model folder, and the resident memory on the way: private
/// (`VmRSS` less files) and of mapped files. The weights must be resident once, as the mapped file.
///
///     java … dev.mokha.bench.FirstTokenBench FOLDER [TOKENS]
///
/// Linux only, for its `/proc/self/status`.
final class FirstTokenBench {
    private final PrintStream out = System.out;
    private long from = System.nanoTime();

    private FirstTokenBench() {}

    /// Measures the folder in the first argument.
    public static void main(String[] args) throws IOException {
        new FirstTokenBench().run(Path.of(args[0]), args.length > 1 ? Integer.parseInt(args[1]) : 16);
    }

    private void run(Path folder, int tokens) throws IOException {
        Engine.start();
        report("libtorch started, threads " + Engine.threads());
        try (var model = LanguageModel.load(folder);
                var generator = new Generator(model.decoder())) {
            report("opened, tokenizer read");
            int[] prompt = model.tokenizer().encodeIds("The memory of the server is a list of");
            var sampler = new Sampler(Sampling.greedy(tokens), prompt, List.of());
            generator.run(prompt, true, sampler, _ -> false);
            report("first token after a prompt of " + prompt.length);
            int[] count = {0};
            generator.run(prompt, false, sampler, _ -> ++count[0] < tokens);
            report(tokens + " more tokens");
        }
    }

    private void report(String step) throws IOException {
        double seconds = (System.nanoTime() - from) / 1e9;
        String status = Files.readString(Path.of("/proc/self/status"));
        out.printf(
                Locale.ROOT,
                "%-40s %6.2f s, private %5d MB, mapped files %5d MB%n",
                step,
                seconds,
                megabytes(status, "RssAnon:"),
                megabytes(status, "RssFile:"));
        from = System.nanoTime();
    }

    private static long megabytes(String status, String key) {
        String line = status.lines()
                .filter(candidate -> candidate.startsWith(key))
                .findFirst()
                .orElse(key + " 0 kB");
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
}
