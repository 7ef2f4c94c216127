package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.nn.Loading;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.tensor.Device;
import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.TokenVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Beams against those of transformers (`fixtures/beams/make.py`), whatever the schedule; and what they share.
class BeamTest {
    private static final Path FIXTURE = Path.of(System.getProperty("mokha.root"), "fixtures/beams");
    private static final long BLOCK = 2L * 16 * 2 * 16 * 4; // keys and values of 16 positions, 2 layers, 1 head

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() {
        Toy.write(folder, 0.3);
    }

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
    void aSearchThatIsCancelledGivesItsBlocksBack() {
        var ticket = new AtomicReference<Engine.Ticket>();
        var steps = new AtomicInteger();
        var options = blocks(64).withWatch((_, _) -> {
            if (steps.incrementAndGet() == 20) {
                ticket.get().cancel();
            }
        });
        try (var engine = open(options)) {
            var heard = new Heard();
            var endless = Sampling.greedy(200).withEnding(Ending.after(200).withoutEndOfText());
            ticket.set(engine.submit(Request.of(new int[] {5}, endless).withBeams(Beams.of(4)), heard));
            assertThatThrownBy(heard::await).hasCauseInstanceOf(EndedException.class);
            assertThat(heard.tokens()).isZero();
            assertThat(engine.state().blocks().used()).isZero();
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

    private static final Pattern RULE = Pattern.compile("(yes|no|maybe), [a-f]{1,2}[0-9]{0,2}");

    /// The toy's tokens are bytes, behind the end of texts.
    private static Matcher matched(List<Integer> ids) {
        var text = new StringBuilder();
        ids.forEach(id -> text.append((char) (id - 1)));
        return RULE.matcher(text);
    }

    /// `"never"` finds what a search finds that goes on until every beam is over: but for penalties below 0,
    /// with which the best beam can only become worse.
    @Test
    void answersAreThoseOfAPlainLoopWithoutACache() {
        var random = new Random(8);
        try (var plain = LanguageModel.load(folder, Loading.forTraining(Device.CPU));
                var engine = Engine.open(folder, EngineTest.exact())) {
            var constraint = new Constraint(Grammar.regex(RULE.pattern()), TokenVocabulary.of(plain.tokenizer(), 0));
            for (int round = 0; round < 16; round++) {
                int[] prompt = random.ints(1 + random.nextInt(40), 1, 257).toArray();
                int width = 1 + random.nextInt(5);
                double penalty = List.of(0.0, 0.7, 1.0, 2.0).get(random.nextInt(4));
                int longest = 1 + random.nextInt(14);
                boolean ruled = round % 2 == 1;
                var loop = new PlainBeams(
                        width,
                        penalty,
                        longest,
                        ids -> !ruled || isBegun(ids),
                        ids -> !ruled || matched(ids).matches());
                var heard = heard(
                        engine,
                        Request.of(prompt, Sampling.greedy(longest))
                                .withSamples(width)
                                .withConstraint(ruled ? constraint : null)
                                .withBeams(new Beams(width, penalty, Beams.Ending.CERTAIN)));
                heard.await();
                assertThat(heard.ids())
                        .as("round %d: %d beams, penalty %s, %d tokens", round, width, penalty, longest)
                        .isEqualTo(loop.search(plain.decoder(), prompt));
            }
        }
    }

    @SuppressWarnings("JdkObsolete") // whether a text could go on is just what hitEnd tells
    private static boolean isBegun(List<Integer> ids) {
        Matcher matcher = matched(ids);
        return matcher.matches() || matcher.hitEnd();
    }
}
