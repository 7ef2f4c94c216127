package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// A mask has exactly the tokens that would be taken one by one.
final class MaskTest {
    private static final List<String> WORDS = List.of(
            "a",
            "b",
            "aa",
            "ab",
            "ba",
            "aab",
            "abab",
            "\"",
            "\"a",
            "a\"",
            "\":",
            "\",\"",
            "\"}",
            "{\"",
            "}",
            "}}",
            "[",
            "]",
            "[[",
            "]]",
            "],[",
            ",",
            ":",
            " ",
            ", \"",
            "1",
            "12",
            "-1",
            "0",
            ".",
            "1.",
            "true",
            "tr",
            "e",
            "null",
            "\\",
            "\\n",
            "\\u00",
            "é",
            "aé",
            "漢",
            "\n",
            "(",
            ")",
            "()",
            ")(",
            "((",
            "aaaaaaaaaaaaaaaaaaaaaaaa");
    private static final TokenVocabulary VOCABULARY = Vocabularies.bytesAnd(WORDS);

    @Property(tries = 400)
    void equalsTryingEachTokenAlone(@ForAll("grammars") String grammar, @ForAll long seed) {
        check(Grammar.ebnf(grammar), seed);
    }

    @Provide
    Arbitrary<String> grammars() {
        return exprs(3).list()
                .ofSize(3)
                .map(bodies -> "root ::= \"a\"? (" + bodies.get(0) + ")\nx ::= \"b\" | \"(\" (" + bodies.get(1)
                        + ") \")\"\ny ::= \"\\\"\" [^\"]* \"\\\"\" | [^a\\\\] (" + bodies.get(2) + ")");
    }

    private static Arbitrary<String> exprs(int depth) {
        Arbitrary<String> atoms = Arbitraries.of(
                "\"a\"",
                "\"ab\"",
                "[ab]",
                "[^\"]",
                ".",
                "x",
                "y",
                "\"1\"",
                "\"é\"",
                "[a-z]{0,5}",
                "\"b\"",
                "\"\\\",\\\"\"",
                "[0-9]+",
                "[^b]{2,40}",
                "\"a\"{3,25}");
        if (depth == 0) {
            return atoms;
        }
        Arbitrary<String> inner = exprs(depth - 1);
        return Arbitraries.oneOf(
                atoms,
                inner.map(expr -> "(" + expr + ")*"),
                inner.map(expr -> "(" + expr + "){1,3}"),
                inner.list().ofMinSize(2).ofMaxSize(3).map(parts -> String.join(" ", parts)),
                inner.list().ofMinSize(2).ofMaxSize(3).map(parts -> "(" + String.join(" | ", parts) + ")"));
    }

    @Test
    void equalsTryingEachTokenAloneInJson() {
        for (JsonWhitespace whitespace : JsonWhitespace.values()) {
            var grammar = Grammar.json(whitespace);
            for (int seed = 0; seed < 30; seed++) {
                check(grammar, seed);
            }
        }
    }

    private static void check(Grammar grammar, long seed) {
        var random = new SplittableRandom(seed);
        var constraint = new Constraint(grammar, VOCABULARY);
        var matcher = constraint.matcher();
        for (int step = 0; step < 12 && !matcher.finished(); step++) {
            long[] mask = matcher.mask();
            var allowed = new ArrayList<Integer>();
            for (int id = 0; id < VOCABULARY.size(); id++) {
                boolean taken = matcher.copy().accept(id);
                Assume.that(!constraint
                        .automaton()
                        .overflowed()); // thousands of ways to read one text: not all are followed
                assertThat(mask[id >> 6] >>> id & 1)
                        .as("token %d after %d tokens, seed %d", id, step, seed)
                        .isEqualTo(taken ? 1 : 0);
                assertThat(matcher.allows(id)).isEqualTo(taken);
                if (taken) {
                    allowed.add(id);
                }
            }
            assertThat(allowed).as("something is always allowed").isNotEmpty();
            assertThat(matcher.accept(allowed.get(random.nextInt(allowed.size()))))
                    .isTrue();
        }
    }

    @Property(tries = 300)
    void whatIsDrawnFits(@ForAll("grammars") String text, @ForAll long seed) {
        var constraint = new Constraint(Grammar.ebnf(text), VOCABULARY);
        String drawn = Vocabularies.drawn(constraint, new SplittableRandom(seed), 12);
        var again = new Automaton(constraint.grammar().program(), 1_000, Constraint.DEFAULT_MEMORY);
        State state = again.step(again.start(), drawn.getBytes(StandardCharsets.UTF_8));
        Assume.that(!again.overflowed());
        assertThat(state.accepts).as(drawn).isTrue();
    }

    @Property(tries = 200)
    void theShortestEndIsAsLongAsSaid(@ForAll("grammars") String text, @ForAll long seed) {
        var random = new SplittableRandom(seed);
        var constraint = new Constraint(Grammar.ebnf(text), VOCABULARY);
        var matcher = constraint.matcher();
        for (int i = 0; i < 8; i++) {
            for (int tries = 0; tries < 50 && !matcher.accept(random.nextInt(256)); tries++) {
                // one that fits
            }
        }
        byte[] end = matcher.shortestEnd();
        Assume.that(!constraint.automaton().overflowed());
        assertThat(end).hasSize((int) matcher.bytesToEnd());
        for (byte b : end) {
            assertThat(matcher.accept(b & 0xFF))
                    .as(new String(end, StandardCharsets.UTF_8))
                    .isTrue();
        }
        assertThat(matcher.mayEnd()).isTrue();
    }

    @Test
    void aBoundOnMemoryChangesNoMask() {
        var grammar = Grammar.json();
        var small = new Constraint(grammar, VOCABULARY, 1 << 20);
        var large = new Constraint(grammar, VOCABULARY);
        var random = new SplittableRandom(1);
        for (int text = 0; text < 400; text++) {
            var one = small.matcher();
            var other = large.matcher();
            while (!one.finished() && one.length() < 40) {
                assertThat(one.mask()).isEqualTo(other.mask());
                int id = random.nextInt(VOCABULARY.size());
                assertThat(one.accept(id)).isEqualTo(other.accept(id));
            }
            assertThat(small.memoryUsed()).isLessThan(2 << 20);
        }
    }
}
