package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.link.Corruption.Side;
import dev.mokha.knowledge.link.LinkBatch.Asked;
import dev.mokha.knowledge.link.LinkBatch.Found;
import dev.mokha.knowledge.link.LinkBatch.Ids;
import dev.mokha.knowledge.link.LinkBatch.Paired;
import dev.mokha.knowledge.link.Objective.KvsAll;
import dev.mokha.knowledge.link.Objective.Negatives;
import dev.mokha.knowledge.link.Objective.OneVsAll;
import dev.mokha.knowledge.link.Objective.Targets;
import dev.mokha.tensor.Gradients;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensor;
import dev.mokha.tensor.Tensors;
import dev.mokha.testkit.Close;
import dev.mokha.testkit.FiniteDifferences;
import dev.mokha.testkit.Tolerance;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every loss against its definition in loops over doubles, its gradients against differences.
class LinkLossTest {
    private static final int[][] FACTS = {{0, 1, 2}, {0, 1, 5}, {3, 0, 4}, {6, 2, 1}};
    private static final int[] QUESTION = {0, 0, 1, 2};
    private static final int[][] QUESTIONS = {{0, 1}, {3, 0}, {6, 2}};
    private static final int[][] WRONG = {{1, 3}, {4, 6}, {0, 2}, {2, 5}};
    private static final Corruption ANY = new Corruption(Side.UNIFORM, false);

    static Stream<Objective> objectives() {
        return Stream.of(
                new Negatives(ANY, 2, new PairLoss.Margin(0.7)),
                new Negatives(ANY, 2, new PairLoss.Logistic()),
                new Negatives(ANY, 2, new PairLoss.BinaryCrossEntropy(0.2)),
                new Negatives(ANY, 2, new PairLoss.CrossEntropy(0)),
                new Negatives(ANY, 2, new PairLoss.CrossEntropy(0.2)),
                new Negatives(ANY, 2, new PairLoss.SelfAdversarial(0.5, 0.8)),
                new OneVsAll(0),
                new OneVsAll(0.1),
                new KvsAll(Targets.BINARY, 0),
                new KvsAll(Targets.BINARY, 0.1),
                new KvsAll(Targets.SOFTMAX, 0));
    }

    static Stream<Arguments> everything() {
        return ScorerTest.scorers().flatMap(scorer -> objectives().map(objective -> Arguments.of(scorer, objective)));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void lossesAreTheDefinitions(ScorerConfig scorer, Objective objective) {
        for (Regularizer regularizer :
                new Regularizer[] {Regularizer.none(), Regularizer.n3(0.3), Regularizer.l2(0.2)}) {
            LinkRecipe recipe = recipe(scorer, objective).withRegularizer(regularizer);
            try (var _ = Scope.open("test");
                    var _ = Gradients.off();
                    var model = ScorerTest.model(scorer)) {
                double found = new LinkLoss(model, recipe).of(batch(objective)).item();
                double expected = expected(new ScorerLoops(model), recipe, model);
                Close.assertClose(
                        objective.toString(), new double[] {found}, new double[] {expected}, Tolerance.FLOAT64);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everything")
    void gradientsAgreeWithDifferences(ScorerConfig scorer, Objective objective) {
        if (scorer instanceof TransE.Config) {
            return; // the margin's and L1's kinks; its own gradients are in ScorerTest
        }
        LinkRecipe recipe = recipe(scorer, objective).withRegularizer(Regularizer.n3(0.3));
        try (var _ = Scope.open("test");
                var model = ScorerTest.model(scorer)) {
            var loss = new LinkLoss(model, recipe);
            for (Tensor table : new Tensor[] {model.entities(), model.relations()}) {
                loss.of(batch(objective)).backward();
                double[] found = Objects.requireNonNull(table.grad()).toDoubles();
                model.params().trainable().values().forEach(Tensor::clearGrad);
                double[] start = table.toDoubles();
                if (objective instanceof Negatives negatives && negatives.loss() instanceof PairLoss.SelfAdversarial) {
                    continue; // its weights are constants, which differences would not hold
                }
                double[] expected = FiniteDifferences.gradient(
                        x -> {
                            try (var _ = Scope.open("difference");
                                    var _ = Gradients.off()) {
                                table.copyInPlace(Tensors.of(x, table.shape()));
                                return loss.of(batch(objective)).item();
                            }
                        },
                        start);
                table.copyInPlace(Tensors.of(start, table.shape()));
                Close.assertClose("gradient", found, expected, Tolerance.FINITE_DIFFERENCES);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.mokha.knowledge.link.ScorerTest#scorers")
    void factsThatShareAQuestionCostWhatTheyCostApart(ScorerConfig scorer) {
        try (var _ = Scope.open("test");
                var model = ScorerTest.model(scorer)) {
            LinkRecipe recipe = recipe(scorer, new OneVsAll(0)).withRegularizer(Regularizer.n3(0.1));
            var loss = new LinkLoss(model, recipe);
            loss.of(batch(recipe.objective())).backward();
            double[] together = Objects.requireNonNull(model.entities().grad()).toDoubles();
            model.params().trainable().values().forEach(Tensor::clearGrad);
            Tensor alone = Tensors.range(0, 4, dev.mokha.tensor.Device.CPU);
            Ids ids = ids();
            loss.of(new Asked(ids.subjects(), ids.relations(), new Found(alone, ids.objects())))
                    .backward();
            double[] apart = Objects.requireNonNull(model.entities().grad()).toDoubles();
            Close.assertClose("gradient", together, apart, Tolerance.FLOAT64);
            assertThat(together).isNotEqualTo(new double[together.length]);
        }
    }

    private static LinkRecipe recipe(ScorerConfig scorer, Objective objective) {
        return LinkRecipe.fb15k237()
                .withRelationWeight(0)
                .withScorer(scorer)
                .withObjective(objective)
                .withRelationWeight(scorer instanceof TuckER.Config ? 0 : 1.5);
    }

    private static Ids ids() {
        int[][] columns = new int[3][FACTS.length];
        for (int i = 0; i < FACTS.length; i++) {
            for (int c = 0; c < 3; c++) {
                columns[c][i] = FACTS[i][c];
            }
        }
        return new Ids(Tensors.of(columns[0], 4), Tensors.of(columns[1], 4), Tensors.of(columns[2], 4));
    }

    private static LinkBatch batch(Objective objective) {
        if (objective instanceof Negatives) {
            int[] wrong = {1, 3, 4, 6, 0, 2, 2, 5};
            return new Paired(ids(), Tensors.of(wrong, 4, 2));
        }
        return new Asked(
                Tensors.of(new int[] {0, 3, 6}, 3),
                Tensors.of(new int[] {1, 0, 2}, 3),
                new Found(Tensors.of(QUESTION, 4), ids().objects()));
    }

    private static double expected(ScorerLoops loops, LinkRecipe recipe, LinkModel model) {
        double loss = switch (recipe.objective()) {
            case Negatives negatives -> negatives(loops, negatives.loss());
            case OneVsAll(double smoothing) -> oneVsAll(loops, smoothing);
            case KvsAll(Targets targets, double smoothing) ->
                targets == Targets.BINARY ? binary(loops, smoothing) : softmax(loops);
        };
        for (int[] fact : FACTS) {
            loss += recipe.relationWeight() * -Math.log(relationShare(loops, fact)) / FACTS.length;
            loss += recipe.regularizer().weight()
                    / FACTS.length
                    * size(model, fact, recipe.regularizer().power());
        }
        return loss;
    }

    private static double negatives(ScorerLoops loops, PairLoss loss) {
        double sum = 0;
        for (int i = 0; i < FACTS.length; i++) {
            double f = loops.score(FACTS[i][0], FACTS[i][1], FACTS[i][2]);
            double a = loops.score(FACTS[i][0], FACTS[i][1], WRONG[i][0]);
            double b = loops.score(FACTS[i][0], FACTS[i][1], WRONG[i][1]);
            sum += switch (loss) {
                case PairLoss.Margin(double margin) -> (Math.max(0, margin - f + a) + Math.max(0, margin - f + b)) / 2;
                case PairLoss.Logistic() ->
                    (Math.log1p(Math.exp(-f)) + Math.log1p(Math.exp(a)) + Math.log1p(Math.exp(b))) / 3;
                case PairLoss.BinaryCrossEntropy(double e) ->
                    (binary(f, 1 - e / 2) + binary(a, e / 2) + binary(b, e / 2)) / 3;
                case PairLoss.CrossEntropy(double e) -> {
                    double all = Math.log(Math.exp(f) + Math.exp(a) + Math.exp(b));
                    yield (1 - e) * (all - f) + e / 3 * (3 * all - f - a - b);
                }
                case PairLoss.SelfAdversarial(double margin, double temperature) -> {
                    double wa = Math.exp(temperature * a);
                    double wb = Math.exp(temperature * b);
                    double wrong =
                            (wa * Math.log(sigmoid(-margin - a)) + wb * Math.log(sigmoid(-margin - b))) / (wa + wb);
                    yield -0.5 * (Math.log(sigmoid(margin + f)) + wrong);
                }
            };
        }
        return sum / FACTS.length;
    }

    private static double oneVsAll(ScorerLoops loops, double smoothing) {
        double sum = 0;
        for (int[] fact : FACTS) {
            for (int e = 0; e < loops.entities(); e++) {
                double label = (e == fact[2] ? 1 - smoothing : 0) + smoothing / loops.entities();
                sum -= label * Math.log(share(loops, fact[0], fact[1], e));
            }
        }
        return sum / FACTS.length;
    }

    private static double binary(ScorerLoops loops, double smoothing) {
        double sum = 0;
        for (int[] question : QUESTIONS) {
            for (int e = 0; e < loops.entities(); e++) {
                double label = isAnswer(question, e) ? 1 : 0;
                double smooth = smoothing == 0 ? label : (1 - smoothing) * label + 1.0 / loops.entities();
                sum += binary(loops.score(question[0], question[1], e), smooth);
            }
        }
        return sum / (QUESTIONS.length * loops.entities());
    }

    private static double softmax(ScorerLoops loops) {
        double sum = 0;
        for (int[] question : QUESTIONS) {
            int answers = 0;
            double own = 0;
            for (int e = 0; e < loops.entities(); e++) {
                if (isAnswer(question, e)) {
                    answers++;
                    own -= Math.log(share(loops, question[0], question[1], e));
                }
            }
            sum += own / answers;
        }
        return sum / QUESTIONS.length;
    }

    private static boolean isAnswer(int[] question, int e) {
        return Stream.of(FACTS).anyMatch(f -> f[0] == question[0] && f[1] == question[1] && f[2] == e);
    }

    private static double share(ScorerLoops loops, int s, int r, int o) {
        double all = 0;
        for (int e = 0; e < loops.entities(); e++) {
            all += Math.exp(loops.score(s, r, e));
        }
        return Math.exp(loops.score(s, r, o)) / all;
    }

    private static double relationShare(ScorerLoops loops, int[] fact) {
        double all = 0;
        for (int r = 0; r < ScorerTest.RELATIONS; r++) {
            all += Math.exp(loops.score(fact[0], r, fact[2]));
        }
        return Math.exp(loops.score(fact[0], fact[1], fact[2])) / all;
    }

    private static double size(LinkModel model, int[] fact, int power) {
        boolean complex = model.config().scorer() instanceof ComplEx.Config
                || model.config().scorer() instanceof RotatE.Config;
        double sum = size(model.entities(), fact[0], complex, power) + size(model.entities(), fact[2], complex, power);
        return model.config().scorer() instanceof RotatE.Config
                ? sum
                : sum + size(model.relations(), fact[1], complex, power);
    }

    private static double size(Tensor table, int row, boolean complex, int power) {
        double[] x = table.select(0, row).toDoubles();
        int half = x.length / 2;
        double sum = 0;
        for (int i = 0; i < (complex ? half : x.length); i++) {
            sum += Math.pow(complex ? Math.hypot(x[i], x[half + i]) : Math.abs(x[i]), power);
        }
        return sum;
    }

    private static double binary(double score, double label) {
        return -label * Math.log(sigmoid(score)) - (1 - label) * Math.log(sigmoid(-score));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
