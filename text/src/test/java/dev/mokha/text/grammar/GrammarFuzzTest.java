package dev.mokha.text.grammar;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Whatever a grammar holds, it is compiled or refused with a [GrammarException], and a compiled one
/// gives masks.
///
/// To search for more: `JAZZER_FUZZ=1` in the environment.
final class GrammarFuzzTest {
    private static final GrammarLimits SMALL = new GrammarLimits(5_000, 50, 500, Duration.ofSeconds(2));
    private static final TokenVocabulary VOCABULARY = Vocabularies.bytesAnd(List.of("ab", "{\"", "\": ", "12"));

    @FuzzTest
    void anyRegexIsCompiledOrRefused(byte[] data) {
        try {
            follow(Grammar.regex(new String(data, StandardCharsets.UTF_8), SMALL));
        } catch (GrammarException _) {
            // refused, as it may be
        }
    }

    @FuzzTest
    void anyEbnfIsCompiledOrRefused(byte[] data) {
        try {
            follow(Grammar.ebnf(new String(data, StandardCharsets.UTF_8), SMALL));
        } catch (GrammarException _) {
            // refused, as it may be
        }
    }

    @FuzzTest
    void anySchemaIsCompiledOrRefused(byte[] data) {
        try {
            follow(Grammar.jsonSchema(
                    new String(data, StandardCharsets.UTF_8), SchemaOptions.DEFAULT.withLimits(SMALL)));
        } catch (GrammarException _) {
            // refused, as it may be
        }
    }

    private static void follow(Grammar grammar) {
        var matcher = new Constraint(grammar, VOCABULARY).matcher();
        for (int i = 0; i < 5 && !matcher.mustEnd(); i++) {
            long[] mask = matcher.mask();
            for (int id = 0; id < VOCABULARY.size() - 1; id++) {
                if ((mask[id >> 6] >>> id & 1) != 0) {
                    if (!matcher.accept(id)) {
                        throw new AssertionError("allowed and then refused: " + id);
                    }
                    break;
                }
            }
            matcher.forced();
        }
        matcher.shortestEnd();
    }
}
