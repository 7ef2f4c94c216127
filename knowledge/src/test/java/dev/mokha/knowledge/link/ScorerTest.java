package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.mokha.nn.Loading;
import dev.mokha.nn.Mode;
import dev.mokha.tensor.DType;
import dev.mokha.tensor.Device;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Rng;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.FiniteDifferences;
import dev.mokha.testkit.Tolerance;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every scorer against its formula in loops, its gradients against differences.
class ScorerTest {
    static final int ENTITIES = 7;
    static final int RELATIONS = 4;
    private static final Tolerance DIFFERENCES = Tolerance.FINITE_DIFFERENCES;

    static Stream<ScorerConfig> scorers() {
        return Stream.of(
                new TransE.Config(5, 1),
                new TransE.Config(5, 2),
                new DistMult.Config(5, 1),
                new ComplEx.Config(3, 1),
                new RotatE.Config(3, 6),
                new TuckER.Config(4, 3, new TuckER.Rates(0.3, 0.4, 0.5)));
    }

    /// A model in float64 whose batch normalisations have seen something.
    static LinkModel model(ScorerConfig scorer) {
        var config = new LinkModel.Config(scorer, ENTITIES, RELATIONS);
        var loading = Loading.forTraining(Device.CPU).as(DType.FLOAT64).seed(5);
        LinkModel model = LinkModel.of(config, loading);
        model.params().mode(Mode.EVAL);
        try (var _ = Scope.open("test");
                var rng = new Rng(9)) {
            model.params().named().forEach((name, tensor) -> {
                if (name.contains("norm")) {
                    tensor.copyInPlace(rng.uniform(0.5, 1.5, tensor.shape()));
                }
            });
        }
        return model;
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void scoresAreTheFormulas(ScorerConfig scorer) {
        try (var _ = Scope.open("test");
                var _ = Gradients.off();
                var model = model(scorer)) {
            var loops = new ScorerLoops(model);
            Tensor questions = model.ask(ids(0, 3, 6, 6), ids(1, 0, 3, 2));
            double[] all = model.scorer().fitAll(questions, model.entities()).toDoubles();
            double[] some = model.fit(questions, ids(1, 5, 0, 0, 6, 2, 3, 4).reshape(4, 2))
                    .toDoubles();
            double[] expected = new double[all.length];
            int[][] asked = {{0, 1}, {3, 0}, {6, 3}, {6, 2}};
            for (int i = 0; i < asked.length; i++) {
                for (int e = 0; e < ENTITIES; e++) {
                    expected[i * ENTITIES + e] = loops.score(asked[i][0], asked[i][1], e);
                }
            }
            Close.assertClose("all", all, expected, Tolerance.FLOAT64);
            int[] places = {1, 5, 7, 7, 20, 16, 24, 25};
            Close.assertClose("some", some, pick(expected, places), Tolerance.FLOAT64);
        }
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void scoresOfRelationsAreTheSameScores(ScorerConfig scorer) {
        assumeThat(scorer).isNotInstanceOf(TuckER.Config.class);
        try (var _ = Scope.open("test");
                var _ = Gradients.off();
                var model = model(scorer)) {
            var loops = new ScorerLoops(model);
            var pairs = new Scorer.Pairs(
                    model.entities().indexSelect(0, ids(0, 3)), model.entities().indexSelect(0, ids(2, 5)));
            double[] found =
                    model.scorer().fitRelations(pairs, model.relations()).toDoubles();
            double[] expected = new double[2 * RELATIONS];
            for (int r = 0; r < RELATIONS; r++) {
                expected[r] = loops.score(0, r, 2);
                expected[RELATIONS + r] = loops.score(3, r, 5);
            }
            Close.assertClose("relations", found, expected, Tolerance.FLOAT64);
        }
    }

    @Test
    void tuckERSaysThatItScoresNoRelations() {
        try (var _ = Scope.open("test");
                var model = model(TuckER.Config.of(2, 2))) {
            var pairs = new Scorer.Pairs(model.entities(), model.entities());
            assertThatThrownBy(() -> model.scorer().fitRelations(pairs, model.relations()))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("without the relations' loss");
        }
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void gradientsAgreeWithDifferences(ScorerConfig scorer) {
        try (var _ = Scope.open("test");
                var model = model(scorer)) {
            for (Tensor table : new Tensor[] {model.entities(), model.relations()}) {
                double[] found = gradient(model, table);
                double[] start = table.toDoubles();
                double[] expected = FiniteDifferences.gradient(
                        x -> {
                            try (var _ = Scope.open("difference");
                                    var _ = Gradients.off()) {
                                table.copyInPlace(Tensors.of(x, table.shape()));
                                return weighted(model).item();
                            }
                        },
                        start);
                table.copyInPlace(Tensors.of(start, table.shape()));
                Close.assertClose("gradient", found, expected, DIFFERENCES);
            }
        }
    }

    private static double[] gradient(LinkModel model, Tensor table) {
        weighted(model).backward();
        double[] found = Objects.requireNonNull(table.grad()).toDoubles();
        model.entities().clearGrad();
        model.relations().clearGrad();
        return found;
    }

    /// A sum of all sorts of scores, each with its own weight. No candidate is its own subject or object
    /// twice.
    private static Tensor weighted(LinkModel model) {
        Tensor questions = model.ask(ids(0, 3, 6), ids(1, 0, 3));
        Tensor all = model.scorer().fitAll(questions, model.entities());
        Tensor some = model.fit(questions, ids(1, 5, 0, 2, 1, 2).reshape(3, 2));
        Tensor sum = all.mul(ramp(all)).sum().add(some.mul(ramp(some)).sum());
        if (model.config().scorer() instanceof TuckER.Config) {
            return sum;
        }
        var pairs = new Scorer.Pairs(
                model.entities().indexSelect(0, ids(0, 3)), model.entities().indexSelect(0, ids(2, 5)));
        Tensor relations = model.scorer().fitRelations(pairs, model.relations());
        return sum.add(relations.mul(ramp(relations)).sum());
    }

    private static Tensor ramp(Tensor like) {
        return Tensors.range(1, like.count() + 1, Device.CPU)
                .to(DType.FLOAT64)
                .mul(0.1)
                .reshape(like.shape());
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void aSavedModelIsTheSame(ScorerConfig scorer, @TempDir Path folder) {
        try (var _ = Scope.open("test");
                var model = LinkModel.fresh(new LinkModel.Config(scorer, ENTITIES, RELATIONS), 3)) {
            model.save(folder);
            try (var again = LinkModel.load(folder)) {
                assertThat(again.config()).isEqualTo(model.config());
                assertThat(again.params().named().keySet())
                        .isEqualTo(model.params().named().keySet());
                again.params()
                        .named()
                        .forEach((name, tensor) -> assertThat(tensor.toFloats())
                                .isEqualTo(model.params().get(name).toFloats()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scorers")
    void plainArraysHoldTheModel(ScorerConfig scorer) {
        try (var _ = Scope.open("test");
                var model = model(scorer)) {
            Embeddings plain = model.embeddings();
            assertThat(plain.scorer()).isEqualTo(scorer.name());
            assertThat(plain.entities().count()).isEqualTo(ENTITIES);
            assertThat(plain.relations().width()).isEqualTo(scorer.relationWidth());
            assertThat(plain.entities().values()).isEqualTo(model.entities().toFloats());
            assertThat(plain.relations().values()).isEqualTo(model.relations().toFloats());
        }
    }

    @Test
    void tuckERsPlainArraysGiveItsScores() {
        try (var _ = Scope.open("test");
                var model = model(TuckER.Config.of(4, 3))) {
            Embeddings plain = model.embeddings();
            float[] s = java.util.Arrays.copyOfRange(plain.entities().values(), 4, 8);
            float[] r = java.util.Arrays.copyOfRange(plain.relations().values(), 6, 9);
            float[] o = java.util.Arrays.copyOfRange(plain.entities().values(), 20, 24);
            double score = 0;
            for (int j = 0; j < 4; j++) {
                double hidden = 0;
                for (int k = 0; k < 3; k++) {
                    for (int i = 0; i < 4; i++) {
                        hidden += r[k]
                                * plain.tensor("core")[(k * 4 + i) * 4 + j]
                                * (plain.tensor("input_scale")[i] * s[i] + plain.tensor("input_shift")[i]);
                    }
                }
                score += (plain.tensor("hidden_scale")[j] * hidden + plain.tensor("hidden_shift")[j]) * o[j];
            }
            Close.assertClose(
                    "score",
                    new double[] {score},
                    new double[] {new ScorerLoops(model).score(1, 2, 5)},
                    Tolerance.absolute("arrays of float32", 1e-6));
            assertThatThrownBy(() -> plain.tensor("kernel")).hasMessageContaining("TuckER has no tensor 'kernel'");
            assertThatThrownBy(() -> plain.setting("norm")).hasMessageContaining("no setting 'norm'");
        }
    }

    @Test
    void transEKeepsEntitiesOnTheSphere() {
        try (var _ = Scope.open("test");
                var model = model(new TransE.Config(5, 1))) {
            model.scorer().project(model.entities());
            double[] lengths = model.entities().square().sum(1, false).toDoubles();
            for (double length : lengths) {
                assertThat(length).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-12));
            }
        }
    }

    @Test
    void inTrainingTuckERDropsAndNormalisesByTheBatch() {
        try (var _ = Scope.open("test");
                var model = model(new TuckER.Config(4, 3, new TuckER.Rates(0, 0, 0)))) {
            model.params().mode(Mode.TRAIN);
            model.params().get("hidden_norm.weight").fillInPlace(1);
            model.params().get("hidden_norm.bias").fillInPlace(0);
            Tensor questions = model.ask(ids(0, 1, 2, 3), ids(0, 1, 2, 3));
            for (double mean : questions.mean(0, false).toDoubles()) {
                assertThat(mean).isCloseTo(0, org.assertj.core.api.Assertions.within(1e-12));
            }
        }
    }

    @Test
    void wrongSizesAreRefusedByName() {
        assertThatThrownBy(() -> new TransE.Config(5, 3)).hasMessage("TransE has norm 1 or 2, not 3");
        assertThatThrownBy(() -> new ComplEx.Config(0, 1)).hasMessage("rank must be at least 1, was 0");
        assertThatThrownBy(() -> new LinkModel.Config(DistMult.Config.of(2), 4, 3))
                .hasMessageContaining("come in pairs");
        assertThatThrownBy(() -> new Embeddings.Rows(3, new float[4])).hasMessageContaining("width 3");
    }

    private static double[] pick(double[] from, int[] places) {
        double[] picked = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            picked[i] = from[places[i]];
        }
        return picked;
    }

    private static Tensor ids(long... ids) {
        return Tensors.of(ids, ids.length);
    }
}
