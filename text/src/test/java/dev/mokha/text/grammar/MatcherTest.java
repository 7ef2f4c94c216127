package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class MatcherTest {
    private static final TokenVocabulary LLAMA = Vocabularies.fixture("llama3");

    private static int[] encode(String text) {
        return Vocabularies.tokenizer("llama3").encodeIds(text, false);
    }

    @Test
    void tokensAreTakenWhileTheyFit() {
        var matcher = new Constraint(Grammar.choices(List.of("yes", "no", "not sure")), LLAMA).matcher();
        assertThat(matcher.acceptAll(encode("no"))).isEqualTo(encode("no").length);
        assertThat(matcher.mayEnd()).isTrue();
        assertThat(matcher.mustEnd()).isFalse();
        assertThat(matcher.acceptAll(encode("t sure"))).isEqualTo(encode("t sure").length);
        assertThat(matcher.mustEnd()).isTrue();
        assertThat(matcher.accept(encode("!")[0])).isFalse();
        int end = LLAMA.endIds()[0];
        assertThat(Vocabularies.count(matcher.mask())).isEqualTo(1);
        assertThat(matcher.accept(end)).isTrue();
        assertThat(matcher.finished()).isTrue();
        assertThat(matcher.accept(end)).isFalse();
        assertThat(Vocabularies.count(matcher.mask())).isZero();
        matcher.rollback(1);
        assertThat(matcher.finished()).isFalse();
        assertThat(matcher.allows(end)).isTrue();
    }

    @Test
    void whatIsTakenBackIsAsIfItHadNotBeen() {
        var constraint = new Constraint(Grammar.json(), LLAMA);
        var random = new SplittableRandom(7);
        for (int text = 0; text < 20; text++) {
            var matcher = constraint.matcher();
            var masks = new ArrayList<long[]>();
            for (int id : encode("{\"a\": [1, 2, {\"b\": \"c d e\"}], \"f\": null}")) {
                masks.add(matcher.mask());
                assertThat(matcher.accept(id)).isTrue();
            }
            int back = random.nextInt(masks.size() + 1);
            var copy = matcher.copy();
            matcher.rollback(back);
            assertThat(copy.length()).isEqualTo(masks.size());
            assertThat(matcher.length()).isEqualTo(masks.size() - back);
            if (back > 0) {
                assertThat(matcher.mask()).isEqualTo(masks.get(masks.size() - back));
            }
        }
        assertThatThrownBy(() -> constraint.matcher().rollback(1))
                .hasMessage("cannot take back 1 tokens of 0 that were accepted");
    }

    @Test
    void draftsAreTakenUpToTheFirstThatDoesNotFit() {
        var matcher = new Constraint(Grammar.regex("[a-z ]+"), LLAMA).matcher();
        int[] draft = encode("some words 1 and more");
        int taken = matcher.acceptAll(draft);
        assertThat(taken).isPositive().isLessThan(draft.length);
        assertThat(matcher.length()).isEqualTo(taken);
    }

    @Test
    void whatMustFollowIsCutAsTheTokenizerCutsIt() {
        var matcher = new Constraint(Grammar.regex("\\{\"temperature\": (hot|cold), \"unit\": .*"), LLAMA).matcher();
        int[] forced = matcher.forced();
        int[] whole = encode("{\"temperature\": hot");
        assertThat(forced).hasSizeGreaterThan(2).isEqualTo(Arrays.copyOf(whole, forced.length));
        assertThat(matcher.acceptAll(forced)).isEqualTo(forced.length);
        assertThat(matcher.acceptAll(Arrays.copyOfRange(whole, forced.length, whole.length)))
                .isEqualTo(whole.length - forced.length);
        assertThat(matcher.forced()).isNotEmpty();
    }

    @Test
    void theEndOfWhatIsForcedIsLeftToTheModel() {
        // "ab" must come, and "abc" is a token that may: a writer who took "ab" would never write it.
        var vocabulary = Vocabularies.of(List.of("a", "b", "ab", "c", "d", "abc", "xy", "x", "y"));
        var open = new Constraint(Grammar.regex("xyab[cd]"), vocabulary).matcher();
        assertThat(open.forced()).containsExactly(6);
        var closed = new Constraint(Grammar.regex("xyab"), vocabulary).matcher();
        assertThat(closed.forced()).containsExactly(6, 2);
        var other = new Constraint(Grammar.regex("xyab(d|xc)"), vocabulary).matcher();
        assertThat(other.forced()).containsExactly(6, 2);
    }

    @Test
    void halfACharacterIsNeverForced() {
        var matcher = new Constraint(Grammar.choices(List.of("naé", "naè")), LLAMA).matcher();
        matcher.acceptAll(matcher.forced());
        assertThat(matcher.bytesToEnd()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void threadsShareAConstraint() throws Exception {
        var shared = new Constraint(Grammar.json(), LLAMA, 1 << 20);
        var alone = new Constraint(Grammar.json(), LLAMA);
        int[] text = encode("{\"name\": \"Ibn al-Haytham\", \"born\": 965, \"works\": [\"Optics\", {\"a\": -1.5e3}]}");
        var expected = new ArrayList<long[]>();
        var first = alone.matcher();
        for (int id : text) {
            expected.add(first.mask());
            first.accept(id);
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> task = () -> {
                for (int round = 0; round < 20; round++) {
                    var matcher = shared.matcher();
                    for (int i = 0; i < text.length; i++) {
                        if (!Arrays.equals(matcher.mask(), expected.get(i)) || !matcher.accept(text[i])) {
                            return false;
                        }
                    }
                }
                return true;
            };
            for (var result : threads.invokeAll(List.of(task, task, task, task))) {
                assertThat(result.get()).isTrue();
            }
        }
    }
}
