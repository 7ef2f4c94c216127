package dev.mokha.cli;

import dev.mokha.language.masking.Masked;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Prints the first examples as the official builder does, and counts all of them.
final class ShownExamples implements Consumer<Masked> {
    private final Tokenizer tokenizer;
    private final PrintWriter out;
    private final int show;
    private long examples;
    private long tokens;
    private long masked;
    private long random;

    ShownExamples(Tokenizer tokenizer, PrintWriter out, int show) {
        this.tokenizer = tokenizer;
        this.out = out;
        this.show = show;
    }

    @Override
    public void accept(Masked example) {
        if (examples++ < show) {
            out.println("tokens: " + pieces(example.ids()));
            out.println("segment_ids: " + numbers(example.segments()));
            out.println("is_random_next: " + (example.randomNext() ? "True" : "False"));
            out.println("masked_lm_positions: " + numbers(example.positions()));
            out.println("masked_lm_labels: " + pieces(example.labels()));
            out.println();
        }
        tokens += example.length();
        masked += example.positions().length;
        random += example.randomNext() ? 1 : 0;
    }

    /// {@return what there was, in a line}
    String summary() {
        return String.format(
                Locale.ROOT,
                "%,d examples of %.1f tokens, %.1f %% of them masked; %.1f %% with a random next",
                examples,
                (double) tokens / examples,
                100.0 * masked / tokens,
                100.0 * random / examples);
    }

    private String pieces(int[] ids) {
        return Arrays.stream(ids)
                .mapToObj(id -> Objects.requireNonNullElse(tokenizer.token(id), "<" + id + ">"))
                .collect(Collectors.joining(" "));
    }

    private static String numbers(int[] values) {
        return Arrays.stream(values).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
