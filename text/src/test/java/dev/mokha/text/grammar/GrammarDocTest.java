package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs the blocks of `docs/constrained-decoding.md`.
final class GrammarDocTest {
    @Test
    void theBlocksOfThePageWork() {
        Tokenizer tokenizer = Vocabularies.tokenizer("llama3");
        int end = Vocabularies.fixture("llama3").endIds()[0];
        String schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}";
        // region use
        TokenVocabulary vocabulary = TokenVocabulary.of(tokenizer, end); // once for a model
        Grammar grammar = Grammar.jsonSchema(schema); // or regex, choices, json, ebnf
        Constraint constraint = new Constraint(grammar, vocabulary); // shared by all texts under this grammar

        Matcher matcher = constraint.matcher(); // one for each text
        long[] mask = new long[vocabulary.words()];
        matcher.mask(mask); // bit by id: what may come next
        // endregion
        var drawn = tokenizer.encodeIds("{\"city\": \"", false);
        for (int id : drawn) {
            assertThat(matcher.accept(id)).isTrue();
        }
        int[] draft = tokenizer.encodeIds("Fez\"} and more", false);
        // region speculate
        int fits = matcher.acceptAll(draft); // drafts up to the first that does not fit
        matcher.rollback(fits); // as if they had not been
        int[] forced = matcher.forced(); // tokens that need no model
        byte[] closing = matcher.shortestEnd(); // what ends the text when there is no room left
        // endregion
        assertThat(fits).isPositive().isLessThan(draft.length);
        assertThat(forced).isEmpty();
        assertThat(new String(closing, StandardCharsets.UTF_8)).isEqualTo("\"}");
        // region notations
        var date = Grammar.regex("\\d{4}-\\d{2}-\\d{2}");
        var answer = Grammar.choices(List.of("yes", "no", "not known"));
        var moves = Grammar.ebnf("""
                # pieces and squares
                root  ::= move ("," " "? move)*
                move  ::= [NBRQK]? [a-h] [1-8]
                """);
        // endregion
        assertThat(date.match("2026-11-23").whole()).isTrue();
        assertThat(answer.match("not known").whole()).isTrue();
        assertThat(moves.match("Nf3, e5").whole()).isTrue();
    }
}
