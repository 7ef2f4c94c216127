package dev.mokha.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import tools.jackson.databind.node.JsonNodeFactory;

/// Sums for the example of `docs/grpo.md`, all of two numbers below a limit, split in two:
///
/// - `text.jsonl`: texts such as `12+7=19`, for `mokha pretrain`;
/// - `train.jsonl`: the same as prompts and answers, for `mokha grpo`;
/// - `held-out.jsonl`: prompts and answers of sums that are in neither.
///
/// `Sums FOLDER [LIMIT [HELD-OUT]]`: numbers below 100 and 500 held out, unless said otherwise.
final class Sums {
    private static final String EXTENSION = ".jsonl";

    private Sums() {}

    /// A sum of two numbers.
    private record Sum(int first, int second) {
        String prompt() {
            return first + "+" + second + "=";
        }

        int answer() {
            return first + second;
        }
    }

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int limit = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        int heldOut = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 500;
        List<Sum> sums = new ArrayList<>();
        for (int i = 0; i < limit * limit; i++) {
            sums.add(new Sum(i / limit, i % limit));
        }
        Collections.shuffle(sums, new Random(1));
        List<Sum> held = sums.subList(0, heldOut);
        List<Sum> train = sums.subList(heldOut, sums.size());
        write(folder.resolve("text" + EXTENSION), train.size(), i -> text(train.get(i)));
        write(folder.resolve("train" + EXTENSION), train.size(), i -> prompt(train.get(i)));
        write(folder.resolve("held-out" + EXTENSION), held.size(), i -> prompt(held.get(i)));
        PrintStream out = System.out;
        out.printf(Locale.ROOT, "%s: %,d sums to learn from, %,d held out%n", folder, train.size(), held.size());
    }

    private static String text(Sum sum) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("text", sum.prompt() + sum.answer())
                .toString();
    }

    private static String prompt(Sum sum) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt", sum.prompt())
                .put("answer", sum.answer())
                .toString();
    }

    private static void write(Path file, int count, IntFunction<String> line) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(line.apply(i));
        }
        Files.write(file, lines);
    }
}
