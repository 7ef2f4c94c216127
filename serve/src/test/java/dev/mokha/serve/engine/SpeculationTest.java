package dev.mokha.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.language.decoder.DecoderConfig;
import dev.mokha.language.generate.Report;
import dev.mokha.language.generate.Sampling;
import dev.mokha.serve.draft.Draft;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.model.KeyValueStore;
import dev.mokha.serve.model.UnfitOptionException;
import dev.mokha.text.grammar.Constraint;
import dev.mokha.text.grammar.Grammar;
import dev.mokha.text.grammar.TokenVocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever drafts, and however right it is, answers are those of one token after the other.
class SpeculationTest {
    @TempDir
    static Path folder;

    /// The model itself, whose drafts are all right.
    private static Path model = Path.of("");

    /// Nearly the model.
    private static Path near = Path.of("");

    /// Another model, whose drafts are right by chance.
    private static Path other = Path.of("");

    /// The same as the model, with a window of 24 positions in every layer.
    private static Path sliding = Path.of("");

    /// Heads of 32 numbers, so that keys and values of all types can be kept.
    private static final DecoderConfig SHAPE = Toy.config(2, 1, 0.3);

    @BeforeAll
    static void write() {
        model = Toy.write(folder.resolve("model"), SHAPE, "<|end|>");
        near = Toy.write(folder.resolve("near"), Toy.config(2, 1, 0.29), "<|end|>");
        other = Toy.write(folder.resolve("other"), Toy.config(1, 1, 0.3), "<|end|>");
        sliding = Toy.write(folder.resolve("sliding"), Toy.config(2, 1, 0.3, 24), "<|end|>");
    }

    /// What drafts.
    enum Kind {
        LOOKUP,
        LOOKUP_TREE,
        RIGHT,
        RIGHT_TREE,
        NEARLY,
        NEARLY_TREE,
        EARLY,
        EARLY_TREE,
        ALL
    }

    private static EngineOptions.Speculation drafts(Kind kind, EngineOptions.Speculation guess) {
        return switch (kind) {
            case LOOKUP -> guess.with(new Draft.Lookup());
            case LOOKUP_TREE -> guess.with(new Draft.Lookup()).withBranches(3);
            case RIGHT -> guess.with(new Draft.Model(model));
            case RIGHT_TREE -> guess.with(new Draft.Model(model)).withBranches(2);
            case NEARLY -> guess.with(new Draft.Model(near));
            case NEARLY_TREE -> guess.with(new Draft.Model(near)).withBranches(4);
            case EARLY -> guess.with(new Draft.EarlyLayers(1));
            case EARLY_TREE -> guess.with(new Draft.EarlyLayers(1)).withBranches(3);
            case ALL ->
                guess.with(new Draft.Lookup())
                        .with(new Draft.Model(other))
                        .with(new Draft.EarlyLayers(1))
                        .withBranches(2);
        };
    }

    private static EngineOptions exact(KeyValueType type, int blocks) {
        return EngineOptions.DEFAULT
                .withCompute(compute -> compute.withThreads(2).withArithmetic(Arithmetic.EXACT))
                .withMemory(memory -> memory.withKeyValues(type, blocks * KeyValueStore.blockBytes(SHAPE, type)));
    }

    private static List<Heard> heard(Engine engine, List<Request> requests) {
        return requests.stream()
                .map(request -> {
                    var heard = new Heard();
                    engine.submit(request, heard);
                    return heard;
                })
                .toList();
    }

    private static @Nullable Constraint constraint(Engine engine, Random random) {
        return random.nextInt(4) > 0
                ? null
                : new Constraint(
                        Grammar.regex("(yes|no), [a-f]{3} because [0-9]+\\."),
                        TokenVocabulary.of(engine.tokenizer(), 0));
    }

    private static Request varied(Request request, Random random) {
        return random.nextInt(3) > 0
                ? request
                : Request.of(request.prompt(), request.sampling().withRepetitionPenalty(1.3))
                        .withSamples(request.samples());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void answersAreThoseOfOneTokenAfterTheOther(Kind kind) {
        for (int seed = 0; seed < 4; seed++) {
            var random = new Random(kind.name().hashCode() + seed);
            var type = List.of(KeyValueType.values()).get(random.nextInt(5));
            Path served = seed % 2 == 0 ? model : sliding;
            var requests = new ArrayList<Request>();
            List<List<List<Integer>>> alone = new ArrayList<>();
            try (var engine = Engine.open(served, exact(type, 200).withMemory(memory -> memory.withSharing(false)))) {
                for (int i = 0; i < 10; i++) {
                    requests.add(varied(Drawn.request(random), random).withConstraint(constraint(engine, random)));
                    Heard heard = heard(engine, requests.subList(i, i + 1)).getFirst();
                    heard.await();
                    alone.add(heard.ids());
                }
            }
            int tokens = 1 + random.nextInt(7);
            var options = exact(type, 80 + random.nextInt(60))
                    .withMemory(memory ->
                            memory.withSharing(random.nextBoolean()).withHostBlocks(random.nextBoolean() ? 0 : 20))
                    .withLoad(
                            load -> load.withStepTokens(4 + random.nextInt(60)).withSequences(3 + random.nextInt(5)))
                    .withSpeculation(
                            guess -> drafts(kind, guess.withTokens(tokens).withAdaptive(random.nextInt(4) == 0)));
            try (var engine = Engine.open(served, options)) {
                List<Heard> together = heard(engine, requests);
                for (int i = 0; i < together.size(); i++) {
                    together.get(i).await();
                    assertThat(together.get(i).ids())
                            .as("seed %d, request %d %s, %s", seed, i, requests.get(i), options)
                            .isEqualTo(alone.get(i));
                }
                assertThat(engine.state().blocks().used()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void draftsAreAcceptedWhereTheyAreRight(Kind kind) {
        var options = exact(KeyValueType.F32, 200)
                .withSpeculation(guess -> drafts(kind, guess.withTokens(4).withAdaptive(false)));
        try (var engine = Engine.open(model, options)) {
            int[] prompt = new int[60];
            Arrays.setAll(prompt, i -> 1 + i % 5);
            var usage = heard(engine, List.of(Request.of(prompt, Sampling.greedy(100))))
                    .getFirst()
                    .await();
            assertThat(usage.drafted()).isPositive();
            assertThat(usage.accepted()).isBetween(0, usage.drafted());
            if (kind == Kind.RIGHT) {
                assertThat(usage.accepted()).isEqualTo(usage.drafted()).isEqualTo(usage.newTokens() * 4 / 5 - 1);
            }
        }
    }

    /// Three tokens, each of the three likeliest, against the product of their probabilities.
    @Test
    void randomAnswersHaveTheModelsDistribution() {
        var options = exact(KeyValueType.F32, 200)
                .withSpeculation(
                        guess -> drafts(Kind.NEARLY_TREE, guess.withTokens(2).withAdaptive(false)));
        record Answer(List<Integer> ids, double chance) {}
        Map<Answer, Integer> counts = new HashMap<>();
        int draws = 3000;
        int drafted = 0;
        try (var engine = Engine.open(model, options)) {
            for (int seed = 0; seed < draws; seed++) {
                var sampling = Sampling.random(3, 2, seed).withTopK(3).withReport(new Report(Report.Of.DRAW, 0));
                var heard = heard(engine, List.of(Request.of(new int[] {9, 8, 7}, sampling)))
                        .getFirst();
                drafted += heard.await().drafted();
                var answer = new Answer(heard.ids().getFirst(), Math.exp(heard.logProbs()));
                counts.merge(answer, 1, Integer::sum);
            }
        }
        double squares = 0;
        double rest = 1;
        for (var counted : counts.entrySet()) {
            double expected = draws * counted.getKey().chance();
            squares += Math.pow(counted.getValue() - expected, 2) / expected;
            rest -= counted.getKey().chance();
        }
        assertThat(counts.keySet()).extracting(Answer::ids).doesNotHaveDuplicates();
        assertThat(drafted).isGreaterThan(draws);
        assertThat(rest).isLessThan(0.02); // of the 27 answers, those that never came
        assertThat(squares).isLessThan(60); // 26 degrees of freedom: once in 6,000
    }

    @Test
    void aDraftOfAnotherVocabularyIsRefused() {
        Path foreign = Toy.write(folder.resolve("foreign"), SHAPE, "<|other|>");
        var options = exact(KeyValueType.F32, 20).withSpeculation(guess -> guess.with(new Draft.Model(foreign)));
        assertThatThrownBy(() -> Engine.open(model, options))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("token 0 is '<|other|>' there and '<|end|>' in the model");
    }

    @Test
    void asManyEarlyLayersAsThereAreAreRefused() {
        var options = exact(KeyValueType.F32, 20).withSpeculation(guess -> guess.with(new Draft.EarlyLayers(2)));
        assertThatThrownBy(() -> Engine.open(model, options))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("fewer layers than the model's 2");
    }
}
