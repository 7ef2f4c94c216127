package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.serve.engine.Toy;
import dev.mokha.serve.kernel.Arithmetic;
import dev.mokha.serve.kernel.Kernels;
import dev.mokha.serve.kernel.KeyValueType;
import dev.mokha.serve.kernel.NativeKernels;
import dev.mokha.serve.kernel.Team;
import dev.mokha.serve.kernel.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model of two layers, which rows may leave behind the first.
class ExitingDecoderTest {
    private static final int VOCAB = 257;
    private static final int[] FIRST_TABLE = {4, 2, 5};
    private static final int[] SECOND_TABLE = {0, 7, 1};

    @TempDir
    Path folder;

    private interface Use {
        void of(PackedDecoder model, Team team, KeyValueStore store, KeyValueStore expected);
    }

    private void with(Use use) {
        @Nullable Kernels c = NativeKernels.load();
        try (var team = new Team(2);
                var weights = new FolderWeights(Toy.write(folder, 0.3));
                var model = new PackedDecoder(
                        weights, c == null ? new VectorKernels() : c, team, Arithmetic.EXACT, 64, 128);
                var store = new KeyValueStore(model.config(), KeyValueType.F32, 8);
                var expected = new KeyValueStore(model.config(), KeyValueType.F32, 8)) {
            use.of(model, team, store, expected);
        }
    }

    private static StepRows.Slice slice(int seed, int from, int to, int[] table) {
        int[] tokens = new Random(seed).ints(40, 1, VOCAB).toArray();
        return new StepRows.Slice(Arrays.copyOfRange(tokens, from, to), from, table);
    }

    private static float[] logits(PackedDecoder model, MemorySegment rows, int row) {
        return rows.asSlice(4L * row * model.logitsStride(), 4L * VOCAB).toArray(ValueLayout.JAVA_FLOAT);
    }

    private static double likeliest(float[] logits) {
        double total = 0;
        double most = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
            most = Math.max(most, Math.exp(logit));
        }
        return most / total;
    }

    /// What goes into the second layer of a row that left is what goes into it of one that stayed.
    @Test
    void whoLeavesIsStoredAsIfItHadStayed() {
        with((model, team, store, expected) -> {
            try (var exiting = new ExitingDecoder(model, new EarlyExit(1, 1e-9), team)) {
                model.step(new StepRows(List.of(slice(1, 0, 40, FIRST_TABLE)), 0, new int[0]), expected);
                exiting.step(new StepRows(List.of(slice(1, 0, 20, FIRST_TABLE)), 0, new int[0]), store);
                for (int at = 20; at < 40; at++) {
                    var one = new StepRows(List.of(slice(1, at, at + 1, FIRST_TABLE)), 1, new int[] {0});
                    float[] early = logits(model, exiting.step(one, store), 0);
                    assertThat(early).isEqualTo(logits(model, model.early(one, expected, 1), 0));
                }
                for (int block = 0; block < store.blocks(); block++) {
                    assertThat(store.block(block).mismatch(expected.block(block)))
                            .isEqualTo(-1);
                }
            }
        });
    }

    @Test
    void ofTwoTheSurerLeaves() {
        with((model, team, store, expected) -> {
            for (KeyValueStore each : List.of(store, expected)) {
                model.step(new StepRows(List.of(slice(1, 0, 20, FIRST_TABLE)), 0, new int[0]), each);
                model.step(new StepRows(List.of(slice(2, 0, 20, SECOND_TABLE)), 0, new int[0]), each);
            }
            var rows = new StepRows(
                    List.of(slice(1, 20, 21, FIRST_TABLE), slice(2, 20, 21, SECOND_TABLE), slice(3, 0, 9, new int[] {3
                    })),
                    2,
                    new int[] {0, 1, 10});
            MemorySegment early = model.early(rows, expected, 1);
            float[][] first = {logits(model, early, 0), logits(model, early, 1)};
            MemorySegment late = model.step(rows, expected);
            float[][] last = {logits(model, late, 0), logits(model, late, 1), logits(model, late, 2)};
            int surer = likeliest(first[0]) > likeliest(first[1]) ? 0 : 1;
            double between = (likeliest(first[0]) + likeliest(first[1])) / 2;
            try (var exiting = new ExitingDecoder(model, new EarlyExit(1, between), team)) {
                MemorySegment found = exiting.step(rows, store);
                assertThat(logits(model, found, surer)).isEqualTo(first[surer]).isNotEqualTo(last[surer]);
                assertThat(logits(model, found, 1 - surer)).isEqualTo(last[1 - surer]);
                assertThat(logits(model, found, 2)).isEqualTo(last[2]);
                assertThat(store.block(5).mismatch(expected.block(5))).isEqualTo(-1);
                assertThat(store.block(7).mismatch(expected.block(7))).isEqualTo(-1);
            }
        });
    }

    @Test
    void nobodyIsSureEnoughForNearlyOne() {
        with((model, team, store, expected) -> {
            try (var exiting = new ExitingDecoder(model, new EarlyExit(1, 1), team)) {
                var rows = new StepRows(List.of(slice(1, 0, 1, FIRST_TABLE)), 1, new int[] {0});
                float[] found = logits(model, exiting.step(rows, store), 0);
                assertThat(found).isEqualTo(logits(model, model.step(rows, expected), 0));
            }
        });
    }

    @Test
    void exitsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new EarlyExit(0, 0.5)).hasMessageContaining("at least one layer");
        assertThatThrownBy(() -> new EarlyExit(1, 1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new EarlyExit(2, 0.5).check(2))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("2 layers");
    }
}
