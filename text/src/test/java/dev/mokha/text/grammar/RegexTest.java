package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexTest {
    @Property(tries = 3000)
    void matchesWhatJavaMatches(@ForAll("regexes") String regex, @ForAll("texts") List<String> texts) {
        var grammar = Grammar.regex(regex);
        var pattern = Pattern.compile(regex);
        for (String text : texts) {
            assertThat(grammar.match(text).whole())
                    .as("%s against \"%s\"", regex, text)
                    .isEqualTo(pattern.matcher(text).matches());
        }
    }

    @Provide
    Arbitrary<String> regexes() {
        return regexes(4);
    }

    private static Arbitrary<String> regexes(int depth) {
        Arbitrary<String> atoms = Arbitraries.of(
                "a",
                "b",
                "c",
                "é",
                "漢",
                "👍",
                ".",
                "[ab]",
                "[^a]",
                "[b-é]",
                "\\d",
                "\\w",
                "[^\\w]",
                "\\.",
                "(?:)",
                "[a-c1\\-]");
        if (depth == 0) {
            return atoms;
        }
        Arbitrary<String> inner = regexes(depth - 1);
        return Arbitraries.oneOf(
                atoms,
                inner.map(regex -> "(" + regex + ")*"),
                inner.map(regex -> "(?:" + regex + "){0,2}"),
                inner.map(regex -> "(" + regex + "){2,}"),
                inner.map(regex -> "(" + regex + "){3}"),
                inner.map(regex -> "(" + regex + ")?"),
                inner.list().ofMinSize(2).ofMaxSize(3).map(parts -> String.join("", parts)),
                inner.list().ofMinSize(2).ofMaxSize(3).map(parts -> "(" + String.join("|", parts) + ")"));
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.of("a", "b", "c", "é", "漢", "👍", "1", "_", ".", "-")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts))
                .list()
                .ofSize(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "^a+$ ¦ aaa ¦ true",
                "(^ab|cd$) ¦ cd ¦ true",
                "\\p{Lu}\\p{Ll}+ ¦ Émile ¦ true",
                "\\p{Script=Arabic}+ ¦ سلام ¦ true",
                "\\P{L} ¦ é ¦ false",
                "\\u{1F44D}\\uD83D\\uDC4D ¦ 👍👍 ¦ true",
                "x{,2} ¦ x{,2} ¦ true",
                "[\\w-.]+ ¦ a-b.c ¦ true",
                "(?<year>\\d{4})-\\d\\d ¦ 2026-11 ¦ true",
                "(a?){3,5} ¦ aa ¦ true",
                "((a?)*b?){2,1000} ¦ aabab ¦ true",
                "a{2,1000000} ¦ aaa ¦ true",
                "a{4,1000000} ¦ aaa ¦ false"
            })
    void readsTheUsualNotations(String regex, String text, boolean matches) {
        assertThat(Grammar.regex(regex).match(text).whole()).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "a)",
                "[a",
                "*",
                "a**b(",
                "a{3,2}",
                "(?=a)",
                "(?<!a)b",
                "(a)\\1",
                "\\ba",
                "\\y",
                "\\p{Nope}",
                "a++",
                "(?i)a",
                "[z-a]",
                "a^b",
                "\\uD83D",
                "a{1000001}",
                "[]",
                "[[:alpha:]]",
                "\\"
            })
    void refusesWhatItCannotRead(String regex) {
        assertThatThrownBy(() -> Grammar.regex(regex)).isInstanceOf(GrammarException.class);
    }

    @Test
    void anErrorSaysWhere() {
        assertThatThrownBy(() -> Grammar.regex("ab(c|d"))
                .hasMessage("the regular expression /ab(c|d/, at character 7: a ( without its )");
    }

    @Test
    void deepNestingIsRefused() {
        String regex = "(".repeat(100_000) + "a" + ")".repeat(100_000);
        assertThatThrownBy(() -> Grammar.regex(regex)).hasMessageContaining("nested deeper than 200");
    }

    @Test
    void hugeCountsCostNothing() {
        var grammar = Grammar.regex("([a-z]{1,1000}[0-9]{0,1000}){0,1000000}");
        assertThat(grammar.instructions()).isLessThan(20);
        assertThat(grammar.match("abc1".repeat(1_000)).whole()).isTrue();
    }

    @Test
    void anExpressionThatIsExponentialWhenDeterministicIsFollowed() {
        var grammar = Grammar.regex("(a|b)*a(a|b){30}");
        assertThat(grammar.match("b".repeat(50) + "a" + "ab".repeat(15)).whole())
                .isTrue();
        assertThat(grammar.match("b".repeat(50) + "b" + "ab".repeat(15)).whole())
                .isFalse();
    }
}
