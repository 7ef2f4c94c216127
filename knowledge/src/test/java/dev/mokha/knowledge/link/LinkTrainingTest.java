package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.Corruption.Side;
import dev.mokha.knowledge.link.LinkRecipe.Fall;
import dev.mokha.knowledge.link.LinkRecipe.Length;
import dev.mokha.knowledge.link.LinkRecipe.Method;
import dev.mokha.knowledge.link.LinkRecipe.Pace;
import dev.mokha.knowledge.link.LinkTraining.Trained;
import dev.mokha.knowledge.link.Objective.KvsAll;
import dev.mokha.knowledge.link.Objective.Negatives;
import dev.mokha.knowledge.link.Objective.OneVsAll;
import dev.mokha.knowledge.link.Objective.Targets;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Fit.Precision;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinkTrainingTest {
    private static final LinkData UMLS = Umls.read();
    private static final LinkRecipe COMPLEX = new LinkRecipe(
            ComplEx.Config.of(16),
            new OneVsAll(0),
            Regularizer.n3(0.01),
            0.5,
            new Pace(Method.ADAGRAD, 0.1, 100, 64),
            new Length(8, 4, 0),
            Precision.FLOAT32,
            1);
    private static final Negatives PAIRS =
            new Negatives(new Corruption(Side.BERNOULLI, true), 16, new PairLoss.SelfAdversarial(6, 1));

    /// Each scorer as it is usually trained, and what it reaches with room to spare.
    static Stream<Arguments> recipes() {
        LinkRecipe pairs = COMPLEX.withRelationWeight(0).withRegularizer(Regularizer.none());
        return Stream.of(
                Arguments.of(COMPLEX, 0.8),
                Arguments.of(COMPLEX.withScorer(DistMult.Config.of(32)), 0.5),
                Arguments.of(
                        pairs.withScorer(new RotatE.Config(16, 6))
                                .withObjective(PAIRS)
                                .withPace(new Pace(Method.ADAM, 0.02, 256, 64)),
                        0.6),
                Arguments.of(
                        pairs.withScorer(new TransE.Config(32, 1))
                                .withObjective(
                                        new Negatives(new Corruption(Side.UNIFORM, false), 8, new PairLoss.Margin(1)))
                                .withPace(new Pace(Method.ADAM, 0.02, 256, 64)),
                        0.5),
                Arguments.of(
                        pairs.withScorer(new TuckER.Config(16, 16, new TuckER.Rates(0.1, 0.1, 0.1)))
                                .withObjective(new KvsAll(Targets.BINARY, 0.1))
                                .withPace(new Pace(Method.ADAM, 0.01, 64, 64))
                                .withLength(new Length(20, 5, 0)),
                        0.6));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aSmallGraphIsLearned(LinkRecipe recipe, double enough) {
        Trained trained = LinkTraining.quiet().run(recipe, UMLS);
        try (var model = trained.model()) {
            double mrr = new ScorerRanker(model)
                    .rank(UMLS.of(Split.TEST).withInverses(), UMLS.known(), UMLS.entities())
                    .metrics(Ties.AVERAGE)
                    .mrr();
            assertThat(mrr).isGreaterThan(enough); // by chance 0.04
        }
    }

    static Stream<LinkRecipe> interrupted() {
        LinkRecipe small = COMPLEX.withLength(new Length(4, 1, 0));
        LinkRecipe pairs = small.withRelationWeight(0).withPace(new Pace(Method.ADAM, 0.02, 256, 64));
        return Stream.of(
                small.withPace(new Pace(Method.ADAGRAD, 0.1, 100, 3)),
                pairs.withScorer(new TransE.Config(8, 2)).withObjective(PAIRS),
                pairs.withScorer(TuckER.Config.of(8, 4)).withObjective(new KvsAll(Targets.SOFTMAX, 0)));
    }

    @ParameterizedTest
    @MethodSource("interrupted")
    void anInterruptedTrainingEndsAsTheWholeOne(LinkRecipe recipe, @TempDir Path folder) {
        Trained whole = LinkTraining.quiet().run(recipe, UMLS);
        Path output = folder.resolve("run");
        var there = new LinkTraining(output, Progress.none(), new StopSignal());
        there.run(recipe.withLength(new Length(2, 1, 0)), UMLS).model().close();
        Trained resumed = there.run(recipe, UMLS);
        try (var first = whole.model();
                var second = resumed.model();
                var read = LinkModel.load(output)) {
            assertThat(resumed.result().step()).isEqualTo(whole.result().step());
            assertThat(resumed.result().bestScore()).isEqualTo(whole.result().bestScore());
            first.params().named().forEach((name, tensor) -> {
                assertThat(second.params().get(name).toFloats()).isEqualTo(tensor.toFloats());
                assertThat(read.params().get(name).toFloats()).isEqualTo(tensor.toFloats());
            });
        }
    }

    @Test
    void aRateThatFallsIsGoneOnWithOnlyOverAsManyEpochs(@TempDir Path folder) {
        LinkRecipe falling =
                COMPLEX.withPace(COMPLEX.pace().withFall(Fall.COSINE)).withLength(new Length(2, 1, 0));
        var there = new LinkTraining(folder, Progress.none(), new StopSignal());
        there.run(falling, UMLS).model().close();
        Trained again = there.run(falling.withLength(new Length(2, 2, 5)), UMLS); // its end is unchanged
        again.model().close();
        assertThatThrownBy(() -> there.run(falling.withLength(new Length(3, 1, 0)), UMLS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("falls over 2 epochs, not 3");
    }

    @Test
    void aRateThatFallsEndsElsewhereThanOneThatStays() {
        LinkRecipe recipe = COMPLEX.withLength(new Length(2, 2, 0));
        try (var stays = LinkTraining.quiet().run(recipe, UMLS).model();
                var falls = LinkTraining.quiet()
                        .run(recipe.withPace(recipe.pace().withFall(Fall.LINEAR)), UMLS)
                        .model()) {
            assertThat(validMrr(falls)).isNotEqualTo(validMrr(stays));
        }
    }

    @Test
    void theModelThatComesBackIsTheOneMeasuredBest(@TempDir Path folder) {
        LinkRecipe tooFast = COMPLEX.withRegularizer(Regularizer.none())
                .withRelationWeight(0)
                .withPace(new Pace(Method.ADAGRAD, 1, 100, 64))
                .withLength(new Length(60, 1, 2));
        Trained trained = new LinkTraining(folder, Progress.none(), new StopSignal()).run(tooFast, UMLS);
        assertThat(trained.result().outcome()).isEqualTo(Outcome.NO_LONGER_IMPROVING);
        try (var model = trained.model();
                var saved = LinkModel.load(folder)) {
            assertThat(validMrr(model)).isEqualTo(-trained.result().bestScore());
            assertThat(validMrr(saved)).isEqualTo(-trained.result().bestScore());
        }
        Trained again = new LinkTraining(folder, Progress.none(), new StopSignal()).run(tooFast, UMLS);
        try (var model = again.model()) {
            assertThat(validMrr(model))
                    .as("the best measurement lies before the last checkpoint")
                    .isEqualTo(-trained.result().bestScore());
        }
    }

    private static double validMrr(LinkModel model) {
        return new ScorerRanker(model)
                .rank(UMLS.of(Split.VALID).withInverses(), UMLS.known(), UMLS.entities())
                .metrics(Ties.AVERAGE)
                .mrr();
    }

    @Test
    void anotherRecipeDoesNotGoOnInTheSameFolder(@TempDir Path folder) {
        var there = new LinkTraining(folder, Progress.none(), new StopSignal());
        LinkRecipe once = COMPLEX.withLength(new Length(1, 1, 0));
        there.run(once, UMLS).model().close();
        assertThatThrownBy(() -> there.run(once.withSeed(2), UMLS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("recipe.json differs in more than its length");
    }

    @Test
    void withoutFactsToChooseByTheLastModelComesBack() {
        LinkData only = new LinkData(Map.of(Split.TRAIN, UMLS.of(Split.TRAIN)), UMLS.entities(), UMLS.relations());
        Trained trained = LinkTraining.quiet().run(COMPLEX.withLength(new Length(1, 1, 0)), only);
        trained.model().close();
        assertThat(trained.result().outcome()).isEqualTo(Outcome.FINISHED);
        assertThat(trained.result().bestScore()).isInfinite();
    }

    @Test
    void withoutFactsToLearnFromItSaysSo() {
        LinkData none = new LinkData(Map.of(Split.TRAIN, Facts.NONE), 3, 2);
        assertThatThrownBy(() -> LinkTraining.quiet().run(COMPLEX, none))
                .hasMessage("there are no facts to learn from");
    }

    @ParameterizedTest
    @MethodSource("dev.mokha.knowledge.link.LinkLossTest#everything")
    void recipesAreReadAsTheyWereWritten(ScorerConfig scorer, Objective objective, @TempDir Path folder)
            throws java.io.IOException {
        LinkRecipe recipe = COMPLEX.withRelationWeight(0)
                .withScorer(scorer)
                .withObjective(objective)
                .withPrecision(Precision.BFLOAT16);
        Path file = Files.writeString(folder.resolve("recipe.json"), recipe.json());
        assertThat(LinkRecipe.read(file)).isEqualTo(recipe);
    }

    @Test
    void aRecipeThatCannotBeIsRefused(@TempDir Path folder) throws java.io.IOException {
        assertThatThrownBy(() -> COMPLEX.withScorer(TuckER.Config.of(4, 4))).hasMessageContaining("relationWeight 0");
        assertThatThrownBy(() -> new OneVsAll(1)).hasMessage("label smoothing lies in [0, 1), not 1.0");
        assertThatThrownBy(() -> new Regularizer(0.1, 4)).hasMessageContaining("power 2 (L2) or 3 (N3), not 4");
        Path file = Files.writeString(folder.resolve("recipe.json"), "{\"seed\": 1, \"speed\": 2}");
        assertThatThrownBy(() -> LinkRecipe.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no recipe");
    }

    @Test
    void whatIsAskedKeepsAllItsAnswers() {
        Facts all = UMLS.of(Split.TRAIN);
        Facts some = Facts.of(
                new int[] {all.subject(0), all.subject(900)},
                new int[] {all.relation(0), all.relation(900)},
                new int[] {all.object(0), all.object(900)});
        var table = QuestionTable.of(some, all);
        assertThat(table.size()).isEqualTo(4);
        var known = dev.mokha.knowledge.graph.Answers.of(all);
        int answers = 0;
        for (int i = 0; i < 2; i++) {
            answers += known.to(some.subject(i), some.relation(i)).length;
            answers += known.to(some.object(i), some.relation(i) ^ 1).length;
        }
        assertThat(table.answers()).hasSize(answers).hasSizeGreaterThan(4);
    }

    @Test
    void nothingIsInABatchOfItsOwn() {
        for (int count = 2; count < 40; count++) {
            var epochs = new Epochs(count, 8, 1);
            for (int epoch = 0; epoch < 2; epoch++) {
                var seen = new java.util.HashSet<Integer>();
                for (long i = 0; i < epochs.perEpoch(); i++) {
                    assertThat(epochs.epoch()).isEqualTo(epoch);
                    int[] batch = epochs.next();
                    assertThat(batch).hasSizeBetween(2, 9);
                    java.util.Arrays.stream(batch).forEach(seen::add);
                }
                assertThat(seen).hasSize(count);
            }
        }
    }

    @Test
    void wholeAndPartialQuestionsHoldEveryFactOnce() {
        assertThat(UMLS.relations()).isEqualTo(92);
        assertThat(UMLS.entities()).isEqualTo(135);
        var table = QuestionTable.of(UMLS.of(Split.TRAIN), UMLS.of(Split.TRAIN));
        assertThat(table.start(table.size())).isEqualTo(2 * UMLS.of(Split.TRAIN).size());
        var known = dev.mokha.knowledge.graph.Answers.of(UMLS.of(Split.TRAIN));
        int[] answers = table.answers();
        for (int q = 0; q < table.size(); q++) {
            assertThat(java.util.Arrays.copyOfRange(answers, table.start(q), table.start(q + 1)))
                    .isEqualTo(known.to(table.subject(q), table.relation(q)));
        }
        try (var _ = dev.mokha.tensor.Scope.open("test")) {
            for (int most : new int[] {3, 1000}) {
                var batches = new AskedBatches(table, most, 50, 1);
                var seen = new java.util.HashSet<java.util.List<Long>>();
                double facts = 0;
                for (long i = 0; i < batches.perEpoch(); i++) {
                    var asked = (LinkBatch.Asked) batches.next();
                    long[] s = asked.subjects().toLongs();
                    long[] r = asked.relations().toLongs();
                    long[] owners = asked.found().questions().toLongs();
                    long[] objects = asked.found().objects().toLongs();
                    facts += objects.length;
                    for (int f = 0; f < objects.length; f++) {
                        seen.add(java.util.List.of(s[(int) owners[f]], r[(int) owners[f]], objects[f]));
                    }
                }
                assertThat(facts).isCloseTo(2.0 * UMLS.of(Split.TRAIN).size(), within(0.0));
                assertThat(seen).hasSize(2 * UMLS.of(Split.TRAIN).size());
            }
        }
    }
}
