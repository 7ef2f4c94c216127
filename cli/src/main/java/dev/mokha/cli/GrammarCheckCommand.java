package dev.mokha.cli;

import dev.mokha.cli.facts.Sizes;
import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.Match;
import dev.mokha.text.grammar.TokenVocabulary;
import dev.mokha.text.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `mokha grammar check`: whether a grammar compiles, what it costs, and how far texts fit it.
@Command(
        name = "check",
        description = {
            "Compiles a grammar and says how large it is; then, of each text, whether it fits and where it stops fitting.",
            "With a tokenizer, also what the masks of each text's tokens cost and how many tokens had no choice. Ends with 1"
                    + " when a text does not fit."
        },
        footer = {
            "  mokha grammar check --schema answer.json --tokenizer model '{\"ok\": true}'",
            "  mokha grammar check --regex \"[0-9]{4}-[0-9]{2}\" 2026-11 2026"
        })
final class GrammarCheckCommand implements Callable<Integer> {
    @Mixin
    private GrammarSource source;

    @Option(
            names = "--tokenizer",
            paramLabel = "FOLDER",
            description = "A folder with tokenizer.json, or such a file: measures masks over its vocabulary.")
    private @Nullable Path tokenizer;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "Texts to try.")
    private List<String> texts = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long start = System.nanoTime();
        Grammar grammar = source.compile();
        out.println("compiled in " + millis(System.nanoTime() - start) + ": "
                + Sizes.plural(grammar.instructions(), "instruction"));
        Tokens tokens = tokenizer == null ? null : Tokens.load(tokenizer, grammar, out);
        boolean all = true;
        for (String text : texts) {
            Match match = grammar.match(text);
            all &= match.whole();
            out.println((match.whole() ? "fits        " : "does not fit") + "  " + shown(text, match));
            if (tokens != null) {
                tokens.walk(text, out);
            }
        }
        if (tokens != null) {
            out.println(Sizes.plural(tokens.constraint.states(), "state") + " met, "
                    + Sizes.bytes(tokens.constraint.memoryUsed()) + " kept");
        }
        out.flush();
        return all ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static String shown(String text, Match match) {
        if (match.whole()) {
            return text;
        }
        return match.characters() == text.length()
                ? text + " … and has to go on"
                : text.substring(0, match.characters()) + " | " + text.substring(match.characters());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    private record Tokens(Tokenizer tokenizer, Constraint constraint) {
        static Tokens load(Path folder, Grammar grammar, PrintWriter out) {
            Tokenizer tokenizer = Tokenizer.load(folder);
            int[] ends = tokenizer.addedTokens().stream()
                    .filter(token -> token.special())
                    .mapToInt(token -> tokenizer.id(token.content()))
                    .limit(1)
                    .toArray();
            var constraint = new Constraint(grammar, TokenVocabulary.of(tokenizer, ends));
            long start = System.nanoTime();
            long allowed = Arrays.stream(constraint.matcher().mask())
                    .map(Long::bitCount)
                    .sum();
            out.println("first mask in " + millis(System.nanoTime() - start) + ": " + Sizes.count(allowed) + " of "
                    + Sizes.plural(constraint.vocabulary().size(), "token"));
            return new Tokens(tokenizer, constraint);
        }

        void walk(String text, PrintWriter out) {
            var matcher = constraint.matcher();
            int[] ids = tokenizer.encodeIds(text, false);
            long[] nanos = new long[ids.length];
            int single = 0;
            int taken = 0;
            for (int id : ids) {
                long start = System.nanoTime();
                long[] mask = matcher.mask();
                nanos[taken] = System.nanoTime() - start;
                single += Arrays.stream(mask).map(Long::bitCount).sum() == 1 ? 1 : 0;
                if (!matcher.accept(id)) {
                    break;
                }
                taken++;
            }
            long[] sorted = Arrays.copyOf(nanos, taken);
            Arrays.sort(sorted);
            if (taken > 0) {
                out.println(String.format(
                        Locale.ROOT,
                        "              %,d of %,d tokens taken, %,d without a choice; a mask %.1f µs, the dearest %.1f µs",
                        taken,
                        ids.length,
                        single,
                        sorted[taken / 2] / 1e3,
                        sorted[taken - 1] / 1e3));
            }
        }
    }
}
