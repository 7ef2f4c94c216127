package dev.mokha.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ConstraintsTest {
    private final Constraints constraints = new Constraints(Vocabularies.bytesAnd(List.of("ab")), 2, 1 << 20);

    @Test
    void eachIsCompiledOnceAndTheOneUsedLongestAgoGoes() {
        var compiled = new ArrayList<String>();
        for (String key : List.of("a", "b", "a", "c", "a", "b")) {
            constraints.get(key, () -> {
                compiled.add(key);
                return Grammar.regex(key);
            });
        }
        assertThat(compiled).containsExactly("a", "b", "c", "b");
    }

    @Test
    void oneThatFailsIsCompiledAgain() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> constraints.get("(", () -> Grammar.regex("(")))
                    .isInstanceOf(GrammarException.class);
        }
        assertThat(constraints
                        .get("(", () -> Grammar.regex("x"))
                        .grammar()
                        .match("x")
                        .whole())
                .isTrue();
    }

    @Test
    void thoseWhoAskAtTheSameTimeGetTheSame() throws Exception {
        var count = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Constraint> ask = () -> constraints.get("x", () -> {
                count.incrementAndGet();
                return Grammar.regex("[a-z]{1,9}");
            });
            var results = new ArrayList<Constraint>();
            for (var result : threads.invokeAll(List.of(ask, ask, ask, ask, ask, ask))) {
                results.add(result.get());
            }
            assertThat(results).containsOnly(results.getFirst());
        }
        assertThat(count).hasValue(1);
    }
}
