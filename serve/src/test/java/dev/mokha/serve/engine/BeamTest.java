package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Beams against those of transformers (`fixtures/beams/make.py`), whatever the schedule; and what they share.
class BeamTest {
    private static final Path FIXTURE = Path.of(System.getProperty("mokha.root"), "fixtures/beams");
    private static final long BLOCK = 2L * 16 * 2 * 16 * 4; // keys and values of 16 positions, 2 layers, 1 head

    private record Case(Request request, List<List<Integer>> ids) {}

    private static List<Case> cases() throws IOException {
        JsonNode file = JsonMapper.shared().readTree(Files.readString(FIXTURE.resolve("expected.json")));
        var cases = new ArrayList<Case>();
        for (JsonNode one : file.get("cases")) {
            JsonNode early = one.get("early_stopping");
            Beams.Ending ending = early.isString()
                    ? Beams.Ending.CERTAIN
                    : early.booleanValue() ? Beams.Ending.FIRST : Beams.Ending.ESTIMATED;
            var beams = new Beams(
                    one.get("beams").intValue(), one.get("length_penalty").doubleValue(), ending);
            var request = Request.of(
                            ids(one.get("prompt")).stream()
                                    .mapToInt(Integer::intValue)
                                    .toArray(),
                            Sampling.greedy(one.get("max_new_tokens").intValue()))
                    .withSamples(one.get("answers").intValue())
                    .withBeams(beams);
            cases.add(new Case(
                    request, one.get("ids").valueStream().map(BeamTest::ids).toList()));
        }
        return cases;
    }

    private static List<Integer> ids(JsonNode list) {
        return list.valueStream().map(JsonNode::intValue).toList();
    }

    private static EngineOptions blocks(int blocks) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, blocks * BLOCK));
    }

    private static Engine open(EngineOptions options) {
        return Engine.open(FIXTURE.resolve("model"), options);
    }

    private static Heard heard(Engine engine, Request request) {
        var heard = new Heard();
        engine.submit(request, heard);
        return heard;
    }

    @Test
    void answersAreThoseOfTransformers() throws IOException {
        try (var engine = open(blocks(64))) {
            for (Case one : cases()) {
                var heard = heard(engine, one.request);
                heard.await();
                assertThat(heard.ids()).as("%s", one.request).isEqualTo(one.ids);
            }
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void answersDoNotDependOnTheSchedule(int seed) throws IOException {
        var random = new Random(seed);
        var options = blocks(26 + random.nextInt(8)) // the widest search alone takes 26
                .withMemory(memory ->
                        memory.withSharing(random.nextBoolean()).withHostBlocks(random.nextBoolean() ? 0 : 12))
                .withLoad(load -> load.withStepTokens(8 + random.nextInt(30)).withSequences(7 + random.nextInt(8)));
        List<Case> cases = cases();
        try (var engine = open(options)) {
            List<Heard> together = new ArrayList<>();
            List<Heard> plain = new ArrayList<>();
            for (Case one : cases) {
                together.add(heard(engine, one.request));
                plain.add(heard(engine, Request.of(one.request.prompt(), Sampling.greedy(20))));
            }
            for (int i = 0; i < cases.size(); i++) {
                together.get(i).await();
                plain.get(i).await();
                assertThat(together.get(i).ids()).as("case %d, %s", i, options).isEqualTo(cases.get(i).ids);
            }
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    @Test
    void samplesAndBeamsHoldTheirPromptOnce() {
        int[] prompt = new Random(3).ints(160, 3, 64).toArray();
        for (Beams beams : new Beams[] {null, Beams.of(4)}) {
            var most = new AtomicInteger();
            var watched = new AtomicReference<Engine>();
            var options = blocks(40)
                    .withMemory(memory -> memory.withSharing(false))
                    .withWatch((_, _) -> {
                        Engine engine = watched.get();
                        if (engine != null) {
                            most.accumulateAndGet(engine.state().blocks().used(), Math::max);
                        }
                    });
            try (var engine = open(options)) {
                watched.set(engine);
                var sampling = Sampling.random(12, 1, 9);
                heard(engine, Request.of(prompt, sampling).withSamples(4).withBeams(beams))
                        .await();
            }
            assertThat(most.get()).isBetween(11, 10 + 4); // 10 of the prompt, and one of each answer's own
        }
    }

    @Test
    void searchesThatDoNotFitTogetherAreRefused() {
        try (var engine = open(blocks(10))) {
            var heard =
                    heard(engine, Request.of(new int[20], Sampling.greedy(100)).withBeams(Beams.of(4)));
            assertThatThrownBy(heard::await).hasCauseInstanceOf(RefusedException.class);
            assertThatThrownBy(() -> Request.of(new int[1], Sampling.greedy(1))
                            .withSamples(3)
                            .withBeams(Beams.of(2)))
                    .hasMessageContaining("2 beams have no 3 answers");
        }
    }
}
