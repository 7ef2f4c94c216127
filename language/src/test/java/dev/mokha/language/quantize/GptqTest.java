package dev.mokha.language.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.gguf.BlockGrid;
import dev.mokha.language.gguf.Blocks;
import dev.mokha.language.gguf.GgufType;
import dev.mokha.language.packed.PackedLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the definition of optimal brain surgery, and against plain rounding.
final class GptqTest {
    private static final int ROWS = 20; // more than a tile

    /// Inputs that go together, as those of a model do, some of them large.
    private static float[] products(SplittableRandom random, int columns) {
        float[] products = new float[columns * columns];
        double[] x = new double[columns];
        for (int sample = 0; sample < 2 * columns; sample++) {
            double common = random.nextGaussian();
            for (int i = 0; i < columns; i++) {
                x[i] = (common + random.nextGaussian()) * (i % 7 == 0 ? 4 : 1);
            }
            for (int i = 0; i < columns; i++) {
                for (int j = 0; j < columns; j++) {
                    products[i * columns + j] += (float) (x[i] * x[j]);
                }
            }
        }
        return products;
    }

    private static float[] weights(SplittableRandom random, int columns) {
        float[] weights = new float[ROWS * columns];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() / 10;
        }
        return weights;
    }

    private static double error(float[] weights, float[] rounded, float[] products, int columns) {
        double sum = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < columns; i++) {
                for (int j = 0; j < columns; j++) {
                    int a = row * columns + i;
                    int b = row * columns + j;
                    sum += (rounded[a] - weights[a]) * (double) (rounded[b] - weights[b]) * products[i * columns + j];
                }
            }
        }
        return sum;
    }

    private static float[] nearest(float[] weights, GgufType type) {
        float[] rounded = new float[weights.length];
        int[] levels = new int[type.block()];
        for (int at = 0; at < weights.length; at += type.block()) {
            BlockGrid grid = BlockGrid.nearest(type, weights, at, levels);
            for (int i = 0; i < levels.length; i++) {
                rounded[at + i] = grid.value(i, levels[i]);
            }
        }
        return rounded;
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_0", "Q4_1", "Q5_1", "Q8_0", "Q4_K", "Q6_K"})
    void itErrsLessThanRoundingToTheNearest(GgufType type) {
        var random = new SplittableRandom(11);
        int columns = 256;
        float[] weights = weights(random, columns);
        float[] products = products(random, columns);
        double plain = error(weights, nearest(weights, type), products, columns);
        for (boolean byInput : new boolean[] {false, true}) {
            Levelled done = new Gptq(0.01, byInput).round(weights, columns, products, new Rounding.InBlocks(type));
            assertThat(error(weights, done.numbers(), products, columns)).isLessThan(0.9 * plain);
            float[] read = new float[weights.length];
            Blocks.read(type, done.blocks(type), 0, read);
            assertThat(done.numbers()).containsExactly(read, within(1e-6f));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 64", "false, 64", "false, 128", "false, -1"})
    void inGroupsItErrsLessThanRoundingToTheNearest(boolean symmetric, int group) {
        var random = new SplittableRandom(11);
        int columns = 256;
        float[] weights = weights(random, columns);
        float[] products = products(random, columns);
        var rounding = new Rounding.InGroups(new PackedLayout(PackedLayout.Kind.GPTQ, 4, group, symmetric, false));
        float[] nearest = rounding.nearest(weights, columns);
        assertThat(Levelled.nearest(rounding, weights, columns).numbers()).isEqualTo(nearest);
        double plain = error(weights, nearest, products, columns);
        Levelled done = Gptq.usual().round(weights, columns, products, rounding);
        assertThat(error(weights, done.numbers(), products, columns)).isLessThan(0.9 * plain);
    }

    /// `w ← w − (wᵢ − q) / [H⁻¹]ᵢᵢ · H⁻¹ᵢ`, then row and column `i` are taken out of `H⁻¹` by elimination.
    @ParameterizedTest
    @CsvSource({"96, Q4_1", "160, Q8_0", "256, Q4_K"})
    void itIsOptimalBrainSurgeryColumnByColumn(int columns, GgufType type) {
        var random = new SplittableRandom(5);
        float[] weights = weights(random, columns);
        float[] products = products(random, columns);
        float[] numbers = Gptq.usual()
                .round(weights, columns, products, new Rounding.InBlocks(type))
                .numbers();
        float[] expected = surgery(weights, columns, products, type);
        int different = 0;
        for (int i = 0; i < expected.length; i++) {
            different += Math.abs(expected[i] - numbers[i]) > 1e-4 ? 1 : 0;
        }
        // A number in the middle between two levels goes either way, and takes its row along.
        assertThat(different).isLessThanOrEqualTo(expected.length / 20);
    }

    private static float[] surgery(float[] weights, int columns, float[] products, GgufType type) {
        double[][] inverse = inverse(products, columns, 0.01);
        float[] w = weights.clone();
        float[] rounded = new float[w.length];
        BlockGrid[] grids = new BlockGrid[ROWS];
        for (int i = 0; i < columns; i++) {
            for (int row = 0; row < ROWS; row++) {
                int at = row * columns + i;
                if (i % type.block() == 0) {
                    grids[row] = BlockGrid.fit(type, w, at);
                }
                int place = i % type.block();
                rounded[at] = grids[row].value(place, grids[row].level(place, w[at]));
                double error = (w[at] - rounded[at]) / inverse[i][i];
                for (int j = i; j < columns; j++) {
                    w[row * columns + j] -= (float) (error * inverse[i][j]);
                }
            }
            double[] taken = inverse[i].clone();
            for (int j = i + 1; j < columns; j++) {
                double factor = inverse[j][i] / taken[i];
                for (int k = 0; k < columns; k++) {
                    inverse[j][k] -= factor * taken[k];
                }
            }
        }
        return rounded;
    }

    /// By Gauss and Jordan.
    private static double[][] inverse(float[] products, int n, double damping) {
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += products[i * n + i] / (double) n;
        }
        double[][] a = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = products[i * n + j] + (i == j ? damping * mean : 0);
            }
            a[i][n + i] = 1;
        }
        for (int i = 0; i < n; i++) {
            double pivot = a[i][i];
            for (int k = 0; k < 2 * n; k++) {
                a[i][k] /= pivot;
            }
            for (int j = 0; j < n; j++) {
                double factor = j == i ? 0 : a[j][i];
                for (int k = 0; factor != 0 && k < 2 * n; k++) {
                    a[j][k] -= factor * a[i][k];
                }
            }
        }
        return Arrays.stream(a).map(row -> Arrays.copyOfRange(row, n, 2 * n)).toArray(double[][]::new);
    }

    @Property(tries = 20)
    void theFactorsProductIsTheInverse(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int n = random.nextInt(1, 24);
        float[] products = products(random, n);
        int[] order = IntStream.range(0, n).map(i -> (i + n / 2) % n).toArray();
        float[][] u = InverseFactor.of(products, order, 0.01);
        double[][] expected = inverse(products, n, 0.01);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k <= Math.min(i, j); k++) {
                    sum += u[k][i] * (double) u[k][j];
                }
                double wanted = expected[order[i]][order[j]];
                double size = Math.sqrt(expected[order[i]][order[i]] * expected[order[j]][order[j]]);
                assertThat(sum).isCloseTo(wanted, within(1e-4 * size));
                assertThat(j < i ? u[i][j] : 0).isZero();
            }
        }
    }

    @Test
    void inputsThatAreAlwaysZeroDoNoHarm() {
        float[] products = products(new SplittableRandom(1), 32);
        for (int i = 0; i < 32; i++) {
            products[i * 32 + 3] = 0;
            products[3 * 32 + i] = 0;
        }
        float[] numbers = Gptq.usual()
                .round(weights(new SplittableRandom(2), 32), 32, products, new Rounding.InBlocks(GgufType.Q4_0))
                .numbers();
        for (float number : numbers) {
            assertThat(number).isFinite();
        }
        assertThatThrownBy(() -> new Gptq(0, false)).hasMessageContaining("damping");
    }
}
