package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampler;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.Loading;
import dev.mokha.serve.cache.Window;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.tensor.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blocks that no row sees any more are given back, of models that slide by themselves and of those that are
/// made to, with sinks.
class WindowTest {
    private static final long BLOCK = 2L * 16 * 2 * 2 * 16 * 4; // keys and values of 16 positions, 2 layers, 2 heads

    @TempDir
    Path folder;

    private static EngineOptions blocks(int blocks) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, blocks * BLOCK))
                .withLoad(load -> load.withStepTokens(16));
    }

    private static EngineOptions streaming(int blocks) {
        return blocks(blocks).withMemory(memory -> memory.withWindow(new Window(40, 4)));
    }

    private static Sampling greedy(int length) {
        return Sampling.greedy(length).withEnding(Ending.after(length).withoutEndOfText());
    }

    private static Heard heard(Engine engine, Request request) {
        var heard = new Heard();
        engine.submit(request, heard);
        return heard;
    }

    /// Watches how many blocks are in use whenever a token comes.
    private static final class Watched implements Reader {
        private final Heard heard = new Heard();
        private final Engine engine;
        private final AtomicInteger most = new AtomicInteger();

        Watched(Engine engine) {
            this.engine = engine;
        }

        @Override
        public void token(int answer, String text, Sampler.Choice choice) {
            most.accumulateAndGet(engine.state().blocks().used(), Math::max);
            heard.token(answer, text, choice);
        }

        @Override
        public void end(int answer, String text, Finish finish) {
            heard.end(answer, text, finish);
        }

        @Override
        public void done(Usage usage) {
            heard.done(usage);
        }

        @Override
        public void failed(RuntimeException cause) {
            heard.failed(cause);
        }
    }

    @Test
    void aSlidingModelAnswersInLessMemoryThanItsSequence() {
        Toy.write(folder, 0.4, 24);
        int[] prompt = new Random(2).ints(100, 1, 257).toArray();
        try (var plain = LanguageModel.load(folder, Loading.forTraining(Device.CPU));
                var engine = Engine.open(folder, blocks(6))) { // 96 positions; the sequence is twice as long
            var expected = plain.generate(prompt, true, greedy(100), _ -> {});
            var watched = new Watched(engine);
            engine.submit(Request.of(prompt, greedy(100)), watched);
            watched.heard.await();
            assertThat(watched.heard.ids()).containsExactly(expected.ids());
            assertThat(watched.most.get()).isBetween(2, 3); // 24 positions lie in 3 blocks at most
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    @Test
    void answersBehindSinksGoOnPastTheContext() {
        Toy.write(folder, 0.4);
        int[] prompt = new Random(2).ints(50, 1, 257).toArray();
        try (var engine = Engine.open(folder, streaming(8))) {
            assertThat(engine.context()).isEqualTo(256);
            var watched = new Watched(engine);
            engine.submit(Request.of(prompt, greedy(1500)), watched);
            assertThat(watched.heard.await().newTokens()).isEqualTo(1500);
            assertThat(watched.most.get()).isBetween(4, 5); // the sinks' block, and 40 positions in 4 at most
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void answersBehindSinksDoNotDependOnWhoElseIsThere(int seed) {
        Toy.write(folder, 0.4);
        var random = new Random(seed);
        int[] shared = random.ints(70, 1, 257).toArray();
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 8; i++) {
            int[] prompt = random.nextBoolean()
                    ? shared.clone()
                    : random.ints(1 + random.nextInt(120), 1, 257).toArray();
            prompt[prompt.length - 1] = 1 + i;
            requests.add(Request.of(prompt, greedy(40 + random.nextInt(300))));
        }
        var alone = new ArrayList<List<List<Integer>>>();
        try (var engine = Engine.open(folder, streaming(30).withMemory(memory -> memory.withSharing(false)))) {
            for (Request request : requests) {
                var heard = heard(engine, request);
                heard.await();
                alone.add(heard.ids());
            }
        }
        var options = streaming(12 + random.nextInt(8))
                .withMemory(memory -> memory.withHostBlocks(random.nextBoolean() ? 0 : 10))
                .withLoad(load -> load.withStepTokens(5 + random.nextInt(40)));
        try (var engine = Engine.open(folder, options)) {
            List<Heard> together =
                    requests.stream().map(request -> heard(engine, request)).toList();
            for (int i = 0; i < together.size(); i++) {
                together.get(i).await();
                assertThat(together.get(i).ids()).as("request %d", i).isEqualTo(alone.get(i));
            }
            assertThat(engine.state().blocks().used()).isZero();
        }
    }
}
