package dev.mokha.knowledge.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import jdk.incubator.vector.DoubleVector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Products of tables against three loops, and the tangent against the library's.
final class TableProductsTest {
    @Property(tries = 60)
    void productsAreThoseOfThreeLoops(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 13) int dim,
            @ForAll @IntRange(min = 1, max = 19) int columns,
            @ForAll @IntRange(max = 3) int from,
            @ForAll @IntRange(min = 1, max = 3) int threads) {
        var random = new SplittableRandom(rows * 1000L + dim * 31L + columns);
        Table a = Table.xavier(rows, dim, random);
        Table b = Table.xavier(from + dim, columns, random);
        Table start = Table.xavier(rows, columns, random);
        Table out = start.copy();
        Table back = new Table(rows, dim);
        Table byB = b.copy();
        try (var crew = new Crew(threads)) {
            TableProducts.add(a, b, from, out, crew);
            TableProducts.addByTransposed(start, b, from, back, crew);
            TableProducts.addTransposed(a, start, byB, from, crew);
        }
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < columns; c++) {
                double sum = start.row(i)[c];
                for (int k = 0; k < dim; k++) {
                    sum += a.row(i)[k] * b.row(from + k)[c];
                }
                assertThat(out.row(i)[c]).isCloseTo(sum, within(1e-13));
            }
            for (int k = 0; k < dim; k++) {
                double sum = 0;
                for (int c = 0; c < columns; c++) {
                    sum += start.row(i)[c] * b.row(from + k)[c];
                }
                assertThat(back.row(i)[k]).isCloseTo(sum, within(1e-13));
            }
        }
        for (int k = 0; k < from + dim; k++) {
            for (int c = 0; c < columns; c++) {
                double sum = b.row(k)[c];
                for (int i = 0; i < rows && k >= from; i++) {
                    sum += a.row(i)[k - from] * start.row(i)[c];
                }
                assertThat(byB.row(k)[c]).isCloseTo(sum, within(1e-13));
            }
        }
    }

    @Test
    void theTangentIsThatOfTheLibrary() {
        var random = new SplittableRandom(5);
        double[] x = new double[8000];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextGaussian() * Math.pow(10, random.nextInt(-9, 4));
        }
        x[0] = 0;
        x[1] = Double.MAX_VALUE;
        x[2] = -Double.MAX_VALUE;
        x[3] = Double.NEGATIVE_INFINITY;
        double[] tanh = new double[x.length];
        for (int i = 0; i < x.length; i += Lanes.WIDTH) {
            Tanh.of(DoubleVector.fromArray(Lanes.WIDE, x, i)).intoArray(tanh, i);
        }
        for (int i = 0; i < x.length; i++) {
            assertThat(tanh[i]).as("tanh(%s)", x[i]).isCloseTo(StrictMath.tanh(x[i]), within(4e-16));
        }
    }
}
