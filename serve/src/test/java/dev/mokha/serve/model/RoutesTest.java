package dev.mokha.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.language.decoder.Experts;
import dev.mokha.serve.kernel.Activations.Group;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoutesTest {
    @Property(tries = 200)
    void everyRowPassesItsLikeliestExpertsAndKeepsOnePlaceAtEach(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int experts,
            @ForAll @IntRange(min = 1, max = 20) int count,
            @ForAll boolean normalised) {
        var random = new Random(seed);
        int most = 1 + random.nextInt(experts);
        var routes = new Routes(new Experts(experts, most, 32, 0, normalised, 0, false, 1, List.of()), 20);
        float[][] scores = new float[count][experts];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < experts; i++) {
                scores[row][i] = (float) (3 * random.nextGaussian());
            }
            routes.choose(row, MemorySegment.ofArray(scores[row]));
        }
        routes.place(count);
        assertThat(routes.places()).isEqualTo(count * most);
        var seen = new boolean[count * most];
        for (int row = 0; row < count; row++) {
            float[] own = scores[row];
            List<Integer> best = IntStream.range(0, experts)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -own[i]))
                    .limit(most)
                    .sorted()
                    .toList();
            double all = IntStream.range(0, experts)
                    .mapToDouble(i -> Math.exp(own[i]))
                    .sum();
            double chosen = best.stream().mapToDouble(i -> Math.exp(own[i])).sum();
            for (int rank = 0; rank < most; rank++) {
                int expert = best.get(rank);
                int place = routes.place(row, rank);
                assertThat(routes.row(place)).isEqualTo(row);
                assertThat(place).isGreaterThanOrEqualTo(routes.begin(expert));
                assertThat(seen[place]).isFalse();
                seen[place] = true;
                assertThat((double) routes.weight(row, rank))
                        .isCloseTo(Math.exp(own[expert]) / (normalised ? chosen : all), within(1e-6));
            }
        }
    }

    @Test
    void groupsSayHowManyOfTheirRowsContinueAnswers() {
        var routes = new Routes(new Experts(3, 1, 32, 0, true, 0, false, 1, List.of()), 4);
        routes.choose(0, MemorySegment.ofArray(new float[] {0, 5, 1}));
        routes.choose(1, MemorySegment.ofArray(new float[] {2, 2, 1})); // of equal ones the first
        routes.choose(2, MemorySegment.ofArray(new float[] {0, 1, 0}));
        routes.choose(3, MemorySegment.ofArray(new float[] {0, 1, 0}));
        routes.place(4);
        assertThat(routes.groups(3)).containsExactly(new Group(1, 1), new Group(3, 2), new Group(0, 0));
    }

    @Test
    void scoresThatAreNoNumbersChooseSomeExpertsAllTheSame() {
        var routes = new Routes(new Experts(3, 2, 32, 0, true, 0, false, 1, List.of()), 1);
        routes.choose(0, MemorySegment.ofArray(new float[] {Float.NaN, Float.NaN, Float.NaN}));
        routes.place(1);
        assertThat(routes.groups(1).stream().mapToInt(Group::rows).sum()).isEqualTo(2);
    }
}
