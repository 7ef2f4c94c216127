package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EbnfTest {
    /// From the README of llama.cpp's grammars.
    private static final String CHESS = """
            # a chess game
            root   ::= "1. " move " " move "\\n" ([1-9] [0-9]? ". " move " " move "\\n")+
            move   ::= (pawn | nonpawn | castle) [+#]?
            pawn   ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
            nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
            castle ::= "O-O" "-O"?
            """;

    @Test
    void readsGbnf() {
        var grammar = Grammar.ebnf(CHESS);
        assertThat(grammar.match("1. e4 e5\n2. Nf3 Nc6\n3. Bb5 a6\n").whole()).isTrue();
        assertThat(grammar.match("1. e4 e9\n")).isEqualTo(new Match(7, false));
        assertThat(grammar.match("1. e4 e5\n")).isEqualTo(new Match(9, false));
    }

    @Test
    void followsRecursion() {
        var grammar = Grammar.ebnf("root ::= \"(\" root \")\" root | \"\"");
        assertThat(grammar.match("(()(()))()").whole()).isTrue();
        assertThat(grammar.match("(()")).isEqualTo(new Match(3, false));
        assertThat(grammar.match("())")).isEqualTo(new Match(2, false));
        String deep = "(".repeat(20_000) + ")".repeat(20_000);
        assertThat(grammar.match(deep).whole()).isTrue();
    }

    @Test
    void aRightRecursiveListNeedsNoStack() {
        var grammar = Grammar.ebnf("root ::= [a-z] root | \".\"");
        var matcher = new Constraint(grammar, Vocabularies.bytesAnd(List.of())).matcher();
        for (int i = 0; i < 1_000; i++) {
            matcher.accept('a' + i % 26);
        }
        assertThat(matcher.bytesToEnd()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "root ::= a ¦ the grammar, at character 10: there is no rule a; defined are [root]",
                "a ::= \"x\" ¦ the grammar, at character 10: there is no rule root; defined are [a]",
                "root ::= root \"x\" | \"y\" ¦ left recursion: root → root without reading anything; write a rule like"
                        + "  a ::= a x | y  as  a ::= y x*",
                "root ::= a root | \"y\" a ::= \"z\"? ¦ left recursion: root → root without reading anything; write a rule"
                        + " like  a ::= a x | y  as  a ::= y x*",
                "root ::= \"x\" root ¦ the grammar matches no text at all",
                "root ::= \"a ¦ the grammar, at character 12: it ends too early",
                "root ::= [b-a] ¦ the grammar, at character 14: a range from 98 down to 97",
                "root ::= \"a\"{3,2} ¦ the grammar, at character 18: expected {n}, {n,} or {n,m} with n no more than m",
                "root ::= \"a\" root ::= \"b\" ¦ the grammar, at character 14: the rule root is defined twice",
                "root = \"a\" ¦ the grammar, at character 1: expected a rule: name ::= …",
                "root ::= \"a\" ) ¦ the grammar, at character 14: unexpected )",
                "root ::= ? ¦ the grammar, at character 10: unexpected ?; expected a \"text\", a [class], a (group),"
                        + " a rule's name or ."
            })
    void refusesWhatIsWrong(String grammar, String message) {
        assertThatThrownBy(() -> Grammar.ebnf(grammar))
                .isInstanceOf(GrammarException.class)
                .hasMessage(message);
    }

    @Test
    void countsAndClassesAreRead() {
        var grammar = Grammar.ebnf("root ::= [^\\]\\x41-\\u0043]{2} \"é\"{1,} ( \"x\" |\n  .){0,1}");
        assertThat(grammar.match("zDéé").whole()).isTrue();
        assertThat(grammar.match("zAé").whole()).isFalse();
        assertThat(grammar.match("]zé").whole()).isFalse();
        assertThat(grammar.match("zzé漢").whole()).isTrue();
        assertThat(grammar.match("zz").whole()).isFalse();
    }

    @Test
    void nestingAndSizeAreBounded() {
        assertThatThrownBy(() -> Grammar.ebnf("root ::= " + "(".repeat(50_000)))
                .hasMessageContaining("nested deeper than 200");
        var limits = new GrammarLimits(100, 10, 10, Duration.ofSeconds(5));
        assertThatThrownBy(() -> Grammar.ebnf("root ::= \"" + "abcdefghij".repeat(20) + "\"", limits))
                .hasMessageContaining("more than 100 instructions");
    }
}
