package dev.mokha.language.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.encoder.Sequence;
import dev.mokha.language.task.Place;
import dev.mokha.tensor.Scope;
import dev.mokha.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ObjectiveTest {
    private static final float[] LOGITS = {1, 0, 2, 0, 3, -1};

    private static Item item(int target) {
        return new Item(new Place(Path.of("x"), 1), List.of(Sequence.of(2, 3)), List.of(), List.of(target), Double.NaN);
    }

    private static double loss(double[] weights, double smoothing) {
        try (var _ = Scope.open("test")) {
            return new Objective(Kind.CLASSIFY, weights, smoothing, null)
                    .of(Tensors.of(LOGITS, 2, 3), ItemBatch.of(List.of(item(2), item(0))))
                    .item();
        }
    }

    /// −log softmax of a row of [#LOGITS].
    private static double surprise(int row, int c) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            sum += Math.exp(LOGITS[row * 3 + i]);
        }
        return Math.log(sum) - LOGITS[row * 3 + c];
    }

    @Test
    void classesWeighAsGiven() {
        double expected = (5 * surprise(0, 2) + 2 * surprise(1, 0)) / 7;
        assertThat(loss(new double[] {2, 1, 5}, 0)).isCloseTo(expected, within(1e-6));
        assertThat(loss(new double[] {1, 1, 1}, 0)).isCloseTo(loss(new double[0], 0), within(1e-6));
        assertThat(loss(new double[] {1, 1, 1}, 0.3)).isCloseTo(loss(new double[0], 0.3), within(1e-6));
    }

    @Test
    void balancedWeightsAreInverseToCounts() {
        var balanced = new ClassWeights.Balanced().of(List.of("a", "b", "c"), new long[] {6, 2, 0});
        assertThat(balanced).containsExactly(8 / 18.0, 8 / 6.0, 1);
        assertThatThrownBy(() -> new ClassWeights.Given(List.of(1.0)).of(List.of("a", "b"), new long[2]))
                .hasMessageContaining("1 class weights for 2 classes: a, b");
    }

    @Test
    void aTeachersShareIsItsDivergenceAtATemperature() {
        double t = 2;
        double[] teacher = {0, 1, 0};
        double sumT = 2 + Math.exp(0.5);
        double sumS = 0;
        for (int i = 0; i < 3; i++) {
            sumS += Math.exp(LOGITS[i] / t);
        }
        double divergence = 0;
        for (int i = 0; i < 3; i++) {
            double p = Math.exp(teacher[i] / t) / sumT;
            divergence += p * (Math.log(p) - (LOGITS[i] / t - Math.log(sumS)));
        }
        double expected = 0.25 * t * t * divergence + 0.75 * surprise(0, 2);
        try (var _ = Scope.open("test")) {
            var distillation = new Distillation(Path.of("teacher"), t, 0.25);
            var batch = ItemBatch.of(List.of(item(2)), List.of(new Outputs(new double[][] {teacher})));
            double found = new Objective(Kind.CLASSIFY, new double[0], 0, distillation)
                    .of(Tensors.of(new float[] {LOGITS[0], LOGITS[1], LOGITS[2]}, 1, 3), batch)
                    .item();
            assertThat(found).isCloseTo(expected, within(1e-6));
        }
    }

    @Test
    void likeLengthsShareBatchesAndEachItemComesOnceAnEpoch() {
        int[] lengths = new int[103];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 3 + (i * 7919) % 40;
        }
        var batches = new Bucketed<>(lengths, 8, 5, which -> which);
        List<Integer> seen = new ArrayList<>();
        List<int[]> first = new ArrayList<>();
        int spread = 0;
        for (int i = 0; i < batches.perEpoch(); i++) {
            int[] batch = batches.next();
            first.add(batch);
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int item : batch) {
                seen.add(item);
                least = Math.min(least, lengths[item]);
                most = Math.max(most, lengths[item]);
            }
            spread = Math.max(spread, most - least);
        }
        assertThat(seen).hasSize(103).doesNotHaveDuplicates();
        assertThat(spread).isLessThan(8);
        String position = batches.position();
        int[] next = batches.next();
        assertThat(next).isNotEqualTo(first.getFirst());
        var again = new Bucketed<>(lengths, 8, 5, which -> which);
        again.restore(position);
        assertThat(again.next()).isEqualTo(next);
        assertThatThrownBy(() -> again.restore("x")).hasMessageContaining("'x'");
    }

    @Test
    void theMedianIsTheMiddleAndWhatDivergedIsBelowAll() {
        FineTune recipe = FineTune.standard();
        List<Results.Trial> trials = new ArrayList<>();
        for (double value : new double[] {0.7, 0.9, 0.8}) {
            trials.add(new Results.Trial(recipe, Map.of("f1", value), Map.of(), 1));
        }
        assertThat(new Results.Point(trials).median("f1")).isEqualTo(0.8);
        trials.add(new Results.Trial(recipe, Map.of(), Map.of(), 1));
        assertThat(new Results.Point(trials).median("f1")).isCloseTo(0.75, within(1e-12));
        var results = new Results("t", List.of("f1"), List.of(new Results.Point(trials)));
        assertThat(results.bestTrial().figures()).containsEntry("f1", 0.9);
        assertThat(results.table()).contains(List.of("lr3e-05-b32-e3, median of 4", "0.7500", "4"));
    }

    @Test
    void recipesAreNamedByWhatAGridChanges() {
        assertThat(FineTune.standard().name()).isEqualTo("lr3e-05-b32-e3-s42");
        assertThat(FineTune.standard().at(1.5e-4, 8, 2.5, 7).name()).isEqualTo("lr1.5e-04-b8-e2.5-s7");
        assertThat(Grid.bert(FineTune.standard(), 5).points()).hasSize(18).allMatch(point -> point.size() == 5);
    }
}
