package dev.mokha.bench;

import dev.mokha.language.generate.Ending;
import dev.mokha.serve.kernel.Arithmetic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Decoding with and without drafts, in turns, one user, greedily: tokens a second behind the first token. The
/// texts have to be equal.
///
///     java … dev.mokha.bench.SpeculationBench MODEL PROMPTS LENGTH COUNT ROUNDS DRAFTS…
///
/// PROMPTS are gzipped JSON lines with a field `prompt`, of which the first LENGTH tokens are taken; COUNT of
/// them are continued by 100 tokens, ROUNDS times. DRAFTS are as [Speculated] says, each measured against none.
public final class SpeculationBench {
    private static final int TOKENS = 100;

    private SpeculationBench() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        int length = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        List<String> texts = JsonLines.read(Path.of(arguments[1]), "prompt").subList(0, count);
        List<Speculated> kinds = Speculated.open(
                Path.of(arguments[0]), Arithmetic.EXACT, List.of(arguments).subList(5, arguments.length));
        try {
            List<int[]> prompts = texts.stream()
                    .map(text -> kinds.getFirst().engine().tokenizer().encodeIds(text))
                    .map(ids -> Arrays.copyOf(ids, Math.min(length, ids.length)))
                    .toList();
            var ending = Ending.after(TOKENS).withoutEndOfText();
            Speculated.inTurns(kinds, prompts, Integer.parseInt(arguments[4]), ending);
            Speculated.report(kinds, System.out);
        } finally {
            kinds.forEach(Speculated::close);
        }
    }
}
