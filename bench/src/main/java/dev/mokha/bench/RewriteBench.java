package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.text.chat.ChatTemplate;
import dev.mokha.text.chat.Conversation;
import dev.mokha.text.chat.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rewriting with and without drafts, in turns, one user, greedily: tokens a second behind the first token,
/// tokens a step, and how good the rewriting is; then the same of those alone that were answered exactly,
/// since a model that goes wrong may repeat itself. The texts have to be equal.
///
///     java … dev.mokha.bench.RewriteBench MODEL ARITHMETIC REWRITES COUNT ROUNDS DRAFTS…
///
/// REWRITES are gzipped JSON lines of [RewriteText] with `prompt` and `completion`, made of text that
/// the model has not seen, of which COUNT are answered to their end, ROUNDS times. DRAFTS are as [Speculated]
/// says, each measured against none.
public final class RewriteBench {
    private static final int TOKENS = 300;

    private RewriteBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[2]);
        List<String> asked = JsonLines.read(file, "prompt").subList(0, Integer.parseInt(arguments[3]));
        List<Speculated> kinds = Speculated.open(
                Path.of(arguments[0]),
                Arithmetic.valueOf(arguments[1].toUpperCase(Locale.ROOT)),
                List.of(arguments).subList(5, arguments.length));
        try {
            var engine = kinds.getFirst().engine();
            @Nullable ChatTemplate template = engine.chatTemplate();
            if (template == null) {
                throw new IllegalArgumentException(arguments[0] + " has no chat template, with which it is asked");
            }
            List<int[]> prompts = asked.stream()
                    .map(text -> template.render(
                                    Conversation.of(new Message.User(text)).toBeAnswered())
                            .text())
                    .map(text -> engine.tokenizer().encodeIds(text))
                    .toList();
            int rounds = Integer.parseInt(arguments[4]);
            var ending = Ending.after(TOKENS);
            List<String> written = Speculated.inTurns(kinds, prompts, rounds, ending).stream()
                    .map(ids -> engine.tokenizer().decode(ids, true).strip())
                    .toList();
            List<String> expected = JsonLines.read(file, "completion");
            judge(written, expected);
            Speculated.report(kinds, System.out);
            List<int[]> right = IntStream.range(0, prompts.size())
                    .filter(i -> written.get(i).equals(expected.get(i).strip()))
                    .mapToObj(prompts::get)
                    .toList();
            if (!right.isEmpty()) {
                System.out.println("those that were answered exactly:");
                Speculated.inTurns(kinds, right, rounds, ending);
                Speculated.report(kinds, System.out);
            }
        } finally {
            kinds.forEach(Speculated::close);
        }
    }

    /// Prints how many answers are right to the letter, and how much of the words is.
    private static void judge(List<String> written, List<String> expected) {
        int exact = 0;
        double words = 0;
        for (int i = 0; i < written.size(); i++) {
            String wanted = expected.get(i).strip();
            exact += written.get(i).equals(wanted) ? 1 : 0;
            words += likeness(written.get(i).split(" "), wanted.split(" "));
        }
        System.out.printf(
                Locale.ROOT,
                "%d answers, %d exact, %.1f %% of the words%n",
                written.size(),
                exact,
                100 * words / written.size());
    }

    /// {@return 1 less the edits from one to the other, as a share of the longer}
    private static double likeness(String[] a, String[] b) {
        int[] row = new int[b.length + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length; j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1].equals(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }
        return 1 - (double) row[b.length] / Math.max(a.length, b.length);
    }
}
