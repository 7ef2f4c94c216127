package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.link.ComplEx;
import dev.mokha.knowledge.link.Corruption;
import dev.mokha.knowledge.link.Corruption.Side;
import dev.mokha.knowledge.link.DistMult;
import dev.mokha.knowledge.link.LinkModel;
import dev.mokha.knowledge.link.LinkRecipe;
import dev.mokha.knowledge.link.LinkRecipe.Length;
import dev.mokha.knowledge.link.LinkRecipe.Method;
import dev.mokha.knowledge.link.LinkRecipe.Pace;
import dev.mokha.knowledge.link.Objective;
import dev.mokha.knowledge.link.Objective.Negatives;
import dev.mokha.knowledge.link.PairLoss;
import dev.mokha.knowledge.link.Regularizer;
import dev.mokha.knowledge.link.RotatE;
import dev.mokha.knowledge.link.TransE;
import dev.mokha.knowledge.link.TuckER;
import dev.mokha.knowledge.query.GraphQuery;
import dev.mokha.knowledge.query.Question;
import dev.mokha.knowledge.query.StoredVectors;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.SnapshotWriter;
import dev.mokha.knowledge.store.StoreException;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Outcome;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StepReport;
import dev.mokha.nn.fit.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A model that learned all facts at once goes on when its graph changes.
final class LinkUpdateTest {
    private static final LinkRecipe COMPLEX = LinkRecipe.fb15k237()
            .withScorer(new ComplEx.Config(12, 1e-3))
            .withRegularizer(Regularizer.n3(0.01))
            .withPace(new Pace(Method.ADAGRAD, 0.1, 32, 64))
            .withLength(new Length(40, 5, 0))
            .withPrecision(dev.mokha.nn.fit.Fit.Precision.FLOAT32);
    private static final LinkRefresh REFRESH = new LinkRefresh(30, 1, false, 1, 1000);

    @TempDir
    private Path folder;

    private GraphStore graph;
    private Crew crew;

    @BeforeEach
    void open() {
        graph = GraphStore.create(folder.resolve("graph.db"));
        crew = new Crew(1);
        try (var writer = graph.write()) {
            GridStore.write(writer, 0);
            writer.commit();
        }
    }

    @AfterEach
    void close() {
        graph.close();
        crew.close();
    }

    static Stream<LinkRecipe> recipes() {
        LinkRecipe pairs = COMPLEX.withRelationWeight(0)
                .withRegularizer(Regularizer.none())
                .withPace(new Pace(Method.ADAM, 0.05, 32, 64))
                .withObjective(
                        new Negatives(new Corruption(Side.UNIFORM, true), 8, new PairLoss.SelfAdversarial(6, 1)));
        return Stream.of(
                COMPLEX,
                COMPLEX.withScorer(new DistMult.Config(12, 0.1)).withRelationWeight(0),
                pairs.withScorer(new TransE.Config(12, 1)),
                pairs.withScorer(new RotatE.Config(12, 6)),
                pairs.withScorer(new TuckER.Config(12, 8, new TuckER.Rates(0.1, 0.1, 0.1)))
                        .withObjective(new Objective.KvsAll(Objective.Targets.BINARY, 0))
                        .withPace(new Pace(Method.ADAM, 0.01, 32, 64)));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void whatIsKnownIsReadBitForBitAndTheRestIsDrawnAsInTheBeginning(LinkRecipe recipe) {
        StoredModel model = learn(recipe.withLength(new Length(2, 1, 0)));
        int entities = graph.entities().size();
        var stored = new StoredLink(graph.models(), model);
        var larger = new LinkModel.Config(recipe.scorer(), entities + 3, 10);
        try (var again = stored.read(entities, 8);
                var grown = stored.read(entities + 3, 10);
                var fresh = LinkModel.fresh(larger, recipe.seed())) {
            assertRows(again.embeddings().entities().values(), rows(model, StoredVectors.ENTITIES));
            assertRows(again.embeddings().relations().values(), rows(model, StoredVectors.RELATIONS));
            again.params().named().forEach((name, tensor) -> {
                float[] known = tensor.toFloats();
                float[] now = grown.params().get(name).toFloats();
                float[] drawn = fresh.params().get(name).toFloats();
                assertThat(Arrays.copyOf(now, known.length)).as(name).isEqualTo(known);
                assertThat(Arrays.copyOfRange(now, known.length, now.length))
                        .as(name)
                        .isEqualTo(Arrays.copyOfRange(drawn, known.length, now.length));
                assertThat(Arrays.equals(known, Arrays.copyOf(drawn, known.length)))
                        .as(name + " was learned")
                        .isFalse();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void factsAboutNewEntitiesAreLearned(LinkRecipe recipe) {
        withoutFactsToChooseBy();
        StoredModel before = learn(recipe);
        Taught taught = update(REFRESH, writer -> write(writer, 1)).getFirst();
        assertThat(taught.learned().newEntities()).isEqualTo(25);
        assertThat(taught.learned().epochs()).isEqualTo(30);
        StoredModel after = graph.models().find("m").orElseThrow();
        assertThat(after.learned()).isOne();
        assertThat(after.settings()).isEqualTo(before.settings());
        assertThat(graph.history().learned(after)).hasSize(2).last().isEqualTo(taught.learned());
        assertThat(graph.history().figures(after)).containsAll(taught.figures());
        var evaluation = new Evaluation(graph, after, crew);
        // what is stored answers as what was measured did
        assertThat(mrr(evaluation.snapshot(1, Among.NOW)))
                .isCloseTo(mrr(taught, 1, Moment.AFTER), within(0.02)); // float32 there
        assertThat(mrr(evaluation.facts(graph.delta(1).train()))).isGreaterThan(0.4); // by chance 0.09
        assertThat(checkpoints()).isEmpty();
    }

    private static double mrr(Evaluation.Tested tested) {
        return tested.ranking().metrics(Ties.AVERAGE).mrr();
    }

    /// Another graph, in which the last epoch counts.
    private void withoutFactsToChooseBy() {
        graph.close();
        graph = GraphStore.create(folder.resolve("other.db"));
        try (var writer = graph.write()) {
            write(writer, 0);
            writer.commit();
        }
    }

    private static void write(SnapshotWriter writer, int part) {
        writer.begin("part " + part);
        for (Split split : List.of(Split.TRAIN, Split.TEST)) {
            GridStore.part(part)
                    .of(split)
                    .forEach(one -> writer.fact(GridStore.fact(one.head(), one.relation(), one.tail()), 1, "", split));
        }
    }

    @Test
    void aNewEntityIsAnAnswer() {
        learn(COMPLEX);
        update(REFRESH, writer -> {
            writer.begin("x");
            for (int i = 1; i < 5; i++) {
                writer.fact(new Fact("x", "r0", "e" + 5 * i), i, "", Split.TRAIN);
            }
        });
        var reply = GraphQuery.of(graph, "m").rank(new Question.Tails("x", "r0"), 6, GraphQuery.KnownAnswers.MARKED);
        assertThat(reply.toString()).contains("name=e5,", "name=e10,", "name=e15,", "name=e20,");
    }

    @Test
    void aFactThatEndedScoresLess() {
        withoutFactsToChooseBy();
        learn(COMPLEX);
        Fact wrong = GridStore.fact(0, 0, 1);
        double before = score(wrong);
        Taught taught = update(REFRESH, writer -> {
                    writer.begin("correction");
                    writer.remove(wrong);
                    writer.fact(GridStore.fact(0, 0, 20), 1, "", Split.TRAIN);
                })
                .getFirst();
        assertThat(taught.learned().facts()).isPositive();
        assertThat(score(wrong)).isLessThan(before);
        assertThat(score(GridStore.fact(0, 0, 20))).isGreaterThan(score(wrong));
    }

    private double score(Fact fact) {
        var vectors = new StoredVectors(graph.models(), graph.models().find("m").orElseThrow());
        return vectors.plainScorer()
                .score(
                        vectors.entity(graph.entity(fact.head()).orElseThrow()).orElseThrow(),
                        vectors.relation(2 * graph.relation(fact.relation()).orElseThrow())
                                .orElseThrow(),
                        vectors.entity(graph.entity(fact.tail()).orElseThrow()).orElseThrow());
    }

    @Test
    void allFactsAreLearnedWhereThatIsAskedFor() {
        learn(COMPLEX);
        var whole = new LinkRefresh(2, 0.5, true, 0, 1000);
        Taught taught = update(whole, writer -> {
                    writer.begin("one");
                    writer.fact(GridStore.fact(0, 0, 7), 1, "", Split.TRAIN);
                })
                .getFirst();
        assertThat(taught.learned().facts()).isEqualTo(GridStore.part(0).train().size() + 1L);
    }

    @Test
    void aDeltaThatChangesNothingLeavesTheVectorsAsTheyWere() {
        StoredModel model = learn(COMPLEX.withLength(new Length(2, 1, 0)));
        Map<Integer, double[]> before = rows(model, StoredVectors.ENTITIES);
        Taught taught = update(REFRESH, writer -> {
                    writer.begin("known, and a question");
                    writer.fact(GridStore.fact(0, 0, 1), 1, "", Split.TRAIN);
                    writer.fact(GridStore.fact(0, 1, 1000), 2, "", Split.TEST);
                })
                .getFirst();
        assertThat(taught.learned().epochs()).isZero();
        assertThat(taught.learned().facts()).isZero();
        Map<Integer, double[]> after = rows(model, StoredVectors.ENTITIES);
        before.forEach((row, numbers) -> assertThat(after.get(row)).isEqualTo(numbers));
        assertThat(after).as("the new entity has a vector").hasSize(before.size() + 1);
        assertThat(mrr(taught, 0, Moment.AFTER)).isEqualTo(mrr(taught, 0, Moment.BEFORE));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void whoeverWasStoppedGoesOnToTheSameVectors(LinkRecipe recipe) throws IOException {
        learn(recipe.withLength(new Length(2, 1, 0)));
        Path copy = folder.resolve("copy.db");
        graph.close();
        Files.copy(folder.resolve("graph.db"), copy);
        graph = GraphStore.open(folder.resolve("graph.db"));
        var refresh = new LinkRefresh(6, 1, false, 1, 10);
        var stop = new StopSignal();
        var stopping = new Stopping(9, stop);
        var interrupted = new LinkUpdate(graph, "m", refresh, new LinkUpdate.Hearing(stopping, stop));
        assertThatThrownBy(() -> interrupted.run(LinkUpdateTest::twoParts)).isInstanceOf(CancellationException.class);
        assertThat(graph.snapshots()).hasSize(1);
        assertThat(graph.models().find("m").orElseThrow().learned()).isZero();
        assertThat(checkpoints()).hasSize(1);
        List<Taught> resumed = update(refresh, LinkUpdateTest::twoParts);
        assertThat(checkpoints()).isEmpty();
        StoredModel after = graph.models().find("m").orElseThrow();
        Map<Integer, double[]> entities = rows(after, StoredVectors.ENTITIES);
        Map<Integer, double[]> relations = rows(after, StoredVectors.RELATIONS);
        graph.close();
        graph = GraphStore.open(copy);
        List<Taught> whole = update(refresh, LinkUpdateTest::twoParts);
        assertThat(resumed)
                .extracting(Taught::figures)
                .isEqualTo(whole.stream().map(Taught::figures).toList());
        assertSame(rows(after, StoredVectors.ENTITIES), entities);
        assertSame(rows(after, StoredVectors.RELATIONS), relations);
    }

    /// Raises the signal at a step.
    private record Stopping(long at, StopSignal stop) implements Progress {
        @Override
        public void begin(long done, long total) {}

        @Override
        public void step(StepReport report) {
            if (report.step() == at) {
                stop.raise();
            }
        }

        @Override
        public void evaluated(long step, Map<String, Double> figures) {}

        @Override
        public void note(String message) {}

        @Override
        public void end(Outcome outcome) {}
    }

    private static void twoParts(SnapshotWriter writer) {
        GridStore.write(writer, 1);
        GridStore.write(writer, 2);
    }

    @Test
    void whatWasImportedMeanwhileIsLearnedLater() {
        learn(COMPLEX.withLength(new Length(2, 1, 0)));
        try (var writer = graph.write()) {
            GridStore.write(writer, 1);
            writer.commit();
        }
        assertThatThrownBy(() -> update(REFRESH, writer -> GridStore.write(writer, 2)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("learned up to snapshot 0 of 1", "kg learn");
        assertThat(updater(REFRESH, Progress.none()).next().learned().snapshot())
                .isOne();
        assertThat(graph.models().find("m").orElseThrow().learned()).isOne();
    }

    @Test
    void whatCannotGoOnIsNamed() {
        StoredModel model = learn(COMPLEX.withLength(new Length(1, 1, 0)));
        assertThatThrownBy(() -> new LinkUpdate(graph, "other", REFRESH, hearing(Progress.none())).run(_ -> {}))
                .hasMessageContaining("no model 'other'");
        var tooFast = new LinkRefresh(5, 1e38, false, 1, 10);
        assertThatThrownBy(() -> update(tooFast, writer -> GridStore.write(writer, 1)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the model 'm' diverged while it learned snapshot 1", "--pace");
        assertThat(graph.snapshots()).hasSize(1);

        StoredModel old =
                graph.models().create("old", model.method(), model.settings().replace("ComplEx", "TuckER"));
        assertThatThrownBy(() -> new StoredLink(graph.models(), old).recipe()).hasMessageContaining("learn it anew");
        StoredModel bare = graph.models().create("bare", model.method(), model.settings());
        assertThatThrownBy(() -> new StoredLink(graph.models(), bare).read(4, 4))
                .hasMessageContaining("'bare'", "did not keep its", "learn it anew");
        assertThatThrownBy(() -> new LinkRefresh(0, 1, false, 1, 1)).hasMessage("epochs are 1 or more, not 0");
        assertThatThrownBy(() -> new LinkRefresh(1, 0, false, 1, 1)).hasMessageContaining("not 0.0");
        assertThatThrownBy(() -> new LinkRefresh(1, 1, false, -1, 1)).hasMessageContaining("not -1.0");
        assertThatThrownBy(() -> new LinkRefresh(1, 1, false, 1, -1)).hasMessageContaining("not -1");
    }

    private StoredModel learn(LinkRecipe recipe) {
        return new LinkLearning(graph, recipe, crew)
                .learn("m", Progress.none(), new StopSignal())
                .orElseThrow();
    }

    private List<Taught> update(LinkRefresh refresh, GraphUpdate.Changes changes) {
        return updater(refresh, Progress.none()).run(changes);
    }

    private LinkUpdate updater(LinkRefresh refresh, Progress progress) {
        return new LinkUpdate(graph, "m", refresh, hearing(progress));
    }

    private static LinkUpdate.Hearing hearing(Progress progress) {
        return new LinkUpdate.Hearing(progress, new StopSignal());
    }

    private static double mrr(Taught taught, int test, Moment moment) {
        return taught.figures().stream()
                .filter(one -> one.test() == test && one.moment() == moment && one.among() == Among.NOW)
                .mapToDouble(StoredFigure::mrr)
                .findFirst()
                .orElseThrow();
    }

    private Map<Integer, double[]> rows(StoredModel model, String name) {
        Part part = graph.models().part(model, name).orElseThrow();
        var rows = new HashMap<Integer, double[]>();
        graph.models().readAll(part, (row, numbers) -> rows.put(row, numbers.clone()));
        return rows;
    }

    private static void assertRows(float[] values, Map<Integer, double[]> rows) {
        rows.forEach((row, numbers) -> {
            for (int i = 0; i < numbers.length; i++) {
                assertThat((double) values[row * numbers.length + i]).isEqualTo(numbers[i]);
            }
        });
    }

    private static void assertSame(Map<Integer, double[]> actual, Map<Integer, double[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((row, numbers) -> assertThat(numbers).isEqualTo(expected.get(row)));
    }

    private List<Path> checkpoints() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(one -> one.toString().endsWith(".checkpoints")).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
