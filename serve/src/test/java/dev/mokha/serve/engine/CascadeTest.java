package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.UnfitOptionException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadeTest {
    @TempDir
    static Path folder;

    private static final EngineOptions OPTIONS = EngineOptions.DEFAULT
            .withCompute(compute -> compute.withThreads(1).withArithmetic(Arithmetic.EXACT))
            .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 1 << 20));
    private static final Request REQUEST =
            Request.of(new int[] {7, 8, 9}, Sampling.random(20, 0.9, 3)).withSamples(2);

    @BeforeAll
    static void write() {
        Toy.write(folder.resolve("small"), Toy.config(1, 1, 0.3), "<|end|>");
        Toy.write(folder.resolve("large"), Toy.config(2, 2, 0.3), "<|end|>");
        Toy.write(folder.resolve("other"), Toy.config(1, 1, 0.3), "<|stop|>");
    }

    private static List<List<Integer>> alone(String name, Request request) {
        try (var engine = Engine.open(folder.resolve(name), OPTIONS)) {
            var heard = new Heard();
            engine.submit(request, heard);
            heard.await();
            return heard.ids();
        }
    }

    private static Heard cascaded(double above, Request request) {
        try (var small = Engine.open(folder.resolve("small"), OPTIONS);
                var large = Engine.open(folder.resolve("large"), OPTIONS)) {
            var heard = new Heard();
            new Cascade(small, large, above).submit(request, heard);
            heard.await();
            assertThat(small.state().blocks().used()).isZero();
            return heard;
        }
    }

    @Test
    void whoIsSureAnswers() {
        var heard = cascaded(-1000, REQUEST);
        assertThat(heard.ids()).isEqualTo(alone("small", REQUEST)).isNotEqualTo(alone("large", REQUEST));
        assertThat(heard.finishes()).hasSize(2).doesNotContainNull();
    }

    @Test
    void theLargeOneAnswersWhereTheSmallOneIsNotSure() {
        assertThat(cascaded(-0.0001, REQUEST).ids()).isEqualTo(alone("large", REQUEST));
    }

    @Test
    void theLargeOneAnswersWhatTheSmallOneDoesNotTake() {
        var small = OPTIONS.withMemory(memory -> memory.withContext(16));
        var tooLong = Request.of(new int[40], Sampling.greedy(4));
        try (var first = Engine.open(folder.resolve("small"), small);
                var second = Engine.open(folder.resolve("large"), OPTIONS)) {
            var heard = new Heard();
            new Cascade(first, second, -1000).submit(tooLong, heard);
            heard.await();
            assertThat(heard.ids()).isEqualTo(alone("large", tooLong));
        }
    }

    @Test
    void aCancelledRequestEndsWhereverItIs() {
        try (var small = Engine.open(folder.resolve("small"), OPTIONS);
                var large = Engine.open(folder.resolve("large"), OPTIONS)) {
            var heard = new Heard();
            new Cascade(small, large, -0.0001)
                    .submit(Request.of(new int[] {1}, Sampling.random(200, 1, 1)), heard)
                    .cancel();
            assertThatThrownBy(heard::await).hasCauseInstanceOf(EndedException.class);
        }
    }

    @Test
    void enginesOfDifferentTokensAreRefused() {
        try (var small = Engine.open(folder.resolve("other"), OPTIONS);
                var large = Engine.open(folder.resolve("large"), OPTIONS)) {
            assertThatThrownBy(() -> new Cascade(small, large, -1))
                    .isInstanceOf(UnfitOptionException.class)
                    .hasMessageContaining("the small model has another vocabulary: token 0");
            assertThatThrownBy(() -> new Cascade(small, large, 0.5)).hasMessageContaining("0.5");
        }
    }
}
