package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.generate.Ending;
import dev.mokha.language.generate.LanguageModel;
import dev.mokha.language.generate.Sampling;
import dev.mokha.language.gguf.Mix;
import dev.mokha.language.quantize.ModelOutput;
import dev.mokha.language.source.ModelSource;
import dev.mokha.nn.Loading;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.WeightType;
import dev.mokha.serve.schedule.Admission;
import dev.mokha.serve.schedule.QueueLimits;
import dev.mokha.serve.schedule.StepShape;
import dev.mokha.tensor.Device;
import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.TokenVocabulary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
    /// A block of 16 positions of the toy in float32: 2 layers, 2 key heads of 16.
    static final long BLOCK = 2L * 2 * 2 * 16 * 16 * 4;

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() {
        Toy.write(folder, 0.3);
    }

    static EngineOptions exact() {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 100 * BLOCK));
    }

    static Heard heard(Engine engine, Request request) {
        var heard = new Heard();
        engine.submit(request, heard);
        return heard;
    }

    @Test
    void greedyAnswersAreThoseOfThePlainLoop() {
        try (var plain = LanguageModel.load(folder, Loading.forTraining(Device.CPU));
                var engine = Engine.open(folder, exact())) {
            for (String text : List.of("a", "once upon a time there was", "0123456789012345678901234567890123456789")) {
                int[] prompt = plain.tokenizer().encodeIds(text);
                var expected = plain.generate(prompt, true, Sampling.greedy(60), _ -> {});
                var heard = heard(engine, Request.of(prompt, Sampling.greedy(60)));
                heard.await();
                assertThat(heard.ids()).containsExactly(expected.ids());
                assertThat(heard.texts()).containsExactly(expected.text());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void answersDoNotDependOnWhoElseIsThereNorOnHowStepsAreCut(int seed) {
        var random = new Random(seed);
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 14; i++) {
            requests.add(Drawn.request(random));
        }
        Map<Integer, List<List<Integer>>> alone = new HashMap<>();
        try (var engine = Engine.open(folder, exact().withMemory(memory -> memory.withSharing(false)))) {
            for (int i = 0; i < requests.size(); i++) {
                var heard = heard(engine, requests.get(i));
                heard.await();
                alone.put(i, heard.ids());
            }
        }
        var options = exact().withMemory(
                        memory -> memory.withKeyValues(KeyValueType.F32, (30 + random.nextInt(30)) * BLOCK)
                                .withSharing(random.nextBoolean())
                                .withHostBlocks(random.nextBoolean() ? 0 : 20))
                .withLoad(load -> load.withStepTokens(4 + random.nextInt(60)).withSequences(3 + random.nextInt(8)))
                .withSpeculation(guess -> random.nextBoolean()
                        ? guess
                        : guess.with(new Draft.Lookup()).withTokens(1 + random.nextInt(6)));
        try (var engine = Engine.open(folder, options)) {
            List<Heard> together =
                    requests.stream().map(request -> heard(engine, request)).toList();
            for (int i = 0; i < together.size(); i++) {
                together.get(i).await();
                assertThat(together.get(i).ids())
                        .as("request %d, %s", i, options)
                        .isEqualTo(alone.get(i));
            }
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    @Test
    void anEqualBeginningIsComputedOnce() {
        try (var engine = Engine.open(folder, exact())) {
            int[] prompt = new Random(1).ints(100, 1, 257).toArray();
            assertThat(heard(engine, Request.of(prompt, Sampling.greedy(2)))
                            .await()
                            .cachedTokens())
                    .isZero();
            assertThat(heard(engine, Request.of(prompt, Sampling.greedy(2)))
                            .await()
                            .cachedTokens())
                    .isEqualTo(96);
            var apart = Request.of(prompt, Sampling.greedy(2))
                    .withWho(new Request.Who("t", 0, Request.Who.ANYBODY.targets(), "secret"));
            assertThat(heard(engine, apart).await().cachedTokens()).isZero();
        }
    }

    @Test
    void lookedUpDraftsAreAcceptedWhereAnAnswerRepeatsItself() {
        try (var engine = Engine.open(
                folder,
                exact().withSpeculation(guess -> guess.with(new Draft.Lookup()).withTokens(4)))) {
            int[] prompt = new int[60];
            Arrays.setAll(prompt, i -> 1 + i % 5);
            var usage = heard(engine, Request.of(prompt, Sampling.greedy(150))).await();
            assertThat(usage.drafted()).isPositive();
            assertThat(usage.accepted()).isBetween(0, usage.drafted());
        }
    }

    @Test
    void answersMatchTheirConstraint() {
        try (var engine = Engine.open(folder, exact())) {
            var vocabulary = TokenVocabulary.of(engine.tokenizer(), 0);
            var constraint = new Constraint(Grammar.regex("(yes|no), [a-f]{3} because [0-9]+\\."), vocabulary);
            var request = Request.of(new int[] {5, 6}, Sampling.random(60, 1, 3))
                    .withConstraint(constraint)
                    .withSamples(5);
            var heard = heard(engine, request);
            heard.await();
            assertThat(heard.texts())
                    .hasSize(5)
                    .allMatch(text -> text.matches("(yes|no), [a-f]{3} because [0-9]+\\.?"));
            assertThat(heard.texts()).anyMatch(text -> text.endsWith("."));
        }
    }

    @Test
    void stopTextsEndAnswersAndAreNotInThem() {
        try (var engine = Engine.open(folder, exact())) {
            int[] prompt = {10, 20, 30};
            var all = heard(engine, Request.of(prompt, Sampling.greedy(40)));
            all.await();
            String text = all.texts().getFirst();
            String stop = text.substring(10, 13);
            var cut = heard(
                    engine,
                    Request.of(
                            prompt,
                            Sampling.greedy(40).withEnding(Ending.after(40).withTexts(List.of(stop), false))));
            cut.await();
            assertThat(cut.texts().getFirst()).isEqualTo(text.substring(0, text.indexOf(stop)));
            assertThat(cut.finishes()).containsExactly(Reader.Finish.STOP);
            assertThat(all.finishes()).containsAnyOf(Reader.Finish.LENGTH, Reader.Finish.END_OF_TEXT);
        }
    }

    @Test
    void theContextIsTheLongestAnswer() {
        try (var engine = Engine.open(folder, exact().withMemory(memory -> memory.withContext(32)))) {
            var ending = Ending.after(1000).withoutEndOfText();
            var heard =
                    heard(engine, Request.of(new int[20], Sampling.greedy(1000).withEnding(ending)));
            assertThat(heard.await().newTokens()).isEqualTo(12);
            assertThat(heard.finishes()).containsExactly(Reader.Finish.LENGTH);
            assertThatThrownBy(() -> heard(engine, Request.of(new int[32], Sampling.greedy(1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32");
            assertThatThrownBy(() -> heard(engine, Request.of(new int[] {257}, Sampling.greedy(1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("257");
        }
    }

    static Sampling endless() {
        return Sampling.greedy(200).withEnding(Ending.after(200).withoutEndOfText());
    }

    @Test
    void aCancelledRequestEndsAndGivesItsMemoryBack() {
        try (var engine = Engine.open(folder, exact())) {
            var heard = new Heard();
            var ticket = engine.submit(Request.of(new int[40], endless()), heard);
            while (heard.tokens() < 3) {
                Thread.onSpinWait();
            }
            ticket.cancel();
            assertThatThrownBy(heard::await).hasCauseInstanceOf(EndedException.class);
            assertThat(heard.tokens()).isLessThan(200);
            heard(engine, Request.of(new int[] {1}, Sampling.greedy(1))).await();
            assertThat(engine.state().blocks().used()).isZero();
        }
    }

    @Test
    void whoseReaderFailsFailsAlone() {
        try (var engine = Engine.open(folder, exact())) {
            engine.submit(Request.of(new int[] {1}, endless()), new Reader() {
                @Override
                public void done(Usage usage) {
                    throw new IllegalStateException("deliberately");
                }
            });
            var heard = heard(engine, Request.of(new int[] {2}, endless()));
            assertThat(heard.await().newTokens()).isEqualTo(200);
        }
    }

    @Test
    void aFullQueueRefusesAndSaysWhenToComeAgain() {
        var options =
                exact().withLoad(load -> load.withSequences(1).withQueue(new QueueLimits(1, 1000, Long.MAX_VALUE)));
        try (var engine = Engine.open(folder, options)) {
            var heard = new ArrayList<Heard>();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            heard.add(heard(engine, Request.of(new int[] {i}, endless())));
                        }
                    })
                    .isInstanceOfSatisfying(RefusedException.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Admission.Reason.QUEUE_FULL);
                        assertThat(refused.retryAfterSeconds()).isPositive();
                    });
            heard.forEach(Heard::await);
        }
    }

    @Test
    void aRequestThatCanNeverFitIsRefused() {
        try (var engine =
                Engine.open(folder, exact().withMemory(memory -> memory.withKeyValues(KeyValueType.F32, 4 * BLOCK)))) {
            var heard = heard(engine, Request.of(new int[100], endless()));
            assertThatThrownBy(heard::await)
                    .hasCauseInstanceOf(RefusedException.class)
                    .hasMessageContaining("memory for keys and values");
        }
    }

    @Test
    void aDrainedEngineFinishesWhatItHasAndTakesNoMore() {
        try (var engine = Engine.open(folder, exact())) {
            var heard = heard(engine, Request.of(new int[] {3}, endless()));
            assertThat(engine.drain(Duration.ofSeconds(60))).isTrue();
            assertThat(heard.await().newTokens()).isEqualTo(200);
            assertThatThrownBy(() -> heard(engine, Request.of(new int[] {3}, endless())))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void whoWaitsWhenTheEngineClosesHearsOfIt() {
        var heard = new ArrayList<Heard>();
        try (var engine = Engine.open(folder, exact())) {
            for (int i = 0; i < 5; i++) {
                heard.add(heard(engine, Request.of(new int[] {i}, endless())));
            }
        }
        assertThat(heard).allSatisfy(one -> {
            try {
                one.await();
            } catch (IllegalStateException e) {
                assertThat(e).hasCauseInstanceOf(EndedException.class);
            }
        });
    }

    @Test
    void aPlaceIsKeptUntilItIsUsedOrGivenBack() {
        var options =
                exact().withLoad(load -> load.withSequences(1).withQueue(new QueueLimits(1, 1000, Long.MAX_VALUE)));
        try (var engine = Engine.open(folder, options)) {
            try (var place = engine.reserve(900)) {
                assertThatThrownBy(() -> engine.reserve(1)).isInstanceOf(RefusedException.class);
                var heard = new Heard();
                place.submit(Request.of(new int[] {1}, Sampling.greedy(2)), heard);
                heard.await();
                assertThatThrownBy(() -> place.submit(Request.of(new int[] {1}, Sampling.greedy(2)), heard))
                        .isInstanceOf(IllegalStateException.class);
            }
            engine.reserve(900).close();
            heard(engine, Request.of(new int[] {2}, Sampling.greedy(2))).await();
        }
    }

    @Test
    void aClosedEngineTakesNothing() {
        var engine = Engine.open(folder, exact());
        engine.close();
        assertThat(engine.isAlive()).isFalse();
        assertThatThrownBy(() -> heard(engine, Request.of(new int[] {1}, Sampling.greedy(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void weightsRoundedOnTheWayInAnswerAsTheFileThatIsWritten(@TempDir Path other) {
        Path file = other.resolve("model.gguf");
        try (var source = ModelSource.open(folder)) {
            ModelOutput.gguf(source, file, Mix.Q4_0, false);
        }
        var request = Request.of(new int[] {10, 20, 30}, Sampling.random(60, 1, 3));
        List<List<List<Integer>>> answers = new ArrayList<>();
        var rounding = exact().withCompute(compute -> compute.withWeights(Mix.Q4_0));
        try (var rounded = Engine.open(folder, rounding);
                var written = Engine.open(file, exact())) {
            for (var engine : List.of(rounded, written)) {
                var heard = heard(engine, request);
                heard.await();
                answers.add(heard.ids());
            }
            assertThat(rounded.facts()).isEqualTo(written.facts());
            assertThat(rounded.facts().memory().matrices()).containsKey(WeightType.Q4_0);
            assertThat(rounded.facts().describeMemory()).contains("Q4_0").contains("beside");
        }
        assertThat(answers.getFirst()).isEqualTo(answers.getLast());
    }

    @Test
    void whoWatchesHearsOfEveryStep() {
        var steps = new ArrayList<StepShape>();
        try (var engine = Engine.open(folder, exact().withWatch((shape, nanos) -> {
            assertThat(nanos).isPositive();
            steps.add(shape);
        }))) {
            heard(engine, Request.of(new int[20], endless())).await();
        }
        assertThat(steps.getFirst()).isEqualTo(new StepShape(20, 210, 0, 0));
        assertThat(steps).hasSize(200);
        assertThat(steps.getLast()).isEqualTo(new StepShape(0, 0, 1, 219));
    }

    @Test
    void aLongerContextThanTheModelsIsRefused() {
        assertThatThrownBy(() -> Engine.open(folder, exact().withMemory(memory -> memory.withContext(257))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("257")
                .hasMessageContaining("256");
    }
}
