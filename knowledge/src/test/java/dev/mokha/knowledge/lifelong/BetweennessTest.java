package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Against counting paths between all pairs by loops.
final class BetweennessTest {
    private static final int ENTITIES = 14;

    @Property(tries = 60)
    void countsShortestPaths(
            @ForAll long seed, @ForAll @IntRange(max = 30) int facts, @ForAll @IntRange(min = 1, max = 3) int threads) {
        var graph = Neighbours.of(random(new SplittableRandom(seed), facts), ENTITIES);
        var paths = new Paths(graph);
        Betweenness actual;
        try (var crew = new Crew(threads)) {
            actual = Betweenness.of(graph, crew);
        }
        int n = graph.size();
        for (int v = 0; v < ENTITIES; v++) {
            double sum = 0;
            for (int s = 0; s < ENTITIES; s++) {
                for (int t = 0; t < ENTITIES; t++) {
                    if (s != t
                            && s != v
                            && t != v
                            && paths.count[s][t] > 0
                            && paths.distance[s][v] + paths.distance[v][t] == paths.distance[s][t]) {
                        sum += paths.count[s][v] * paths.count[v][t] / paths.count[s][t];
                    }
                }
            }
            assertThat(actual.of(v)).isCloseTo(sum / Math.max(1, (n - 1) * (n - 2)), within(1e-12));
        }
        for (int a = 0; a < ENTITIES; a++) {
            for (int b = 0; b < ENTITIES; b++) {
                double sum = 0;
                for (int s = 0; s < ENTITIES && a != b && graph.place(a, b) >= 0; s++) {
                    for (int t = 0; t < ENTITIES; t++) {
                        if (s != t && paths.count[s][t] > 0) {
                            sum += paths.through(s, a, b, t) + paths.through(s, b, a, t);
                        }
                    }
                }
                assertThat(actual.between(a, b)).isCloseTo(sum / Math.max(1, n * (n - 1)), within(1e-12));
            }
        }
    }

    @Test
    void aSampleOfAllIsExactAndOneOfSomeIsNear() {
        var random = new SplittableRandom(5);
        var graph = Neighbours.of(random(random, 40), ENTITIES);
        try (var crew = new Crew(2)) {
            var exact = Betweenness.of(graph, crew);
            var all = Betweenness.sampled(graph, ENTITIES, random, crew);
            double[] means = new double[ENTITIES];
            for (int i = 0; i < 400; i++) {
                var some = Betweenness.sampled(graph, 5, random, crew);
                for (int e = 0; e < ENTITIES; e++) {
                    means[e] += some.of(e) / 400;
                }
            }
            for (int e = 0; e < ENTITIES; e++) {
                assertThat(all.of(e)).isEqualTo(exact.of(e));
                assertThat(means[e]).isCloseTo(exact.of(e), within(0.01));
            }
            assertThatThrownBy(() -> Betweenness.sampled(graph, 0, random, crew))
                    .hasMessageContaining("not 0");
        }
    }

    static Facts random(SplittableRandom random, int facts) {
        int[][] columns = new int[3][facts];
        for (int i = 0; i < facts; i++) {
            columns[0][i] = random.nextInt(ENTITIES);
            columns[1][i] = 2 * random.nextInt(2);
            columns[2][i] = random.nextInt(ENTITIES);
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }

    /// Lengths and numbers of shortest paths by adding edges one by one (Bellman and Ford).
    private static final class Paths {
        final int[][] distance = new int[ENTITIES][ENTITIES];
        final double[][] count = new double[ENTITIES][ENTITIES];

        Paths(Neighbours graph) {
            for (int s = 0; s < ENTITIES; s++) {
                Arrays.fill(distance[s], ENTITIES);
                distance[s][s] = 0;
                count[s][s] = 1;
                for (int length = 0; length < ENTITIES; length++) {
                    for (int near = 0; near < ENTITIES; near++) {
                        for (int far = 0; far < ENTITIES; far++) {
                            boolean there = near != far && graph.place(near, far) >= 0;
                            if (there && distance[s][near] == length && distance[s][far] > length) {
                                distance[s][far] = length + 1;
                                count[s][far] += count[s][near];
                            }
                        }
                    }
                }
            }
        }

        double through(int s, int a, int b, int t) {
            boolean on = distance[s][a] + 1 + distance[b][t] == distance[s][t];
            return on ? count[s][a] * count[b][t] / count[s][t] : 0;
        }
    }
}
