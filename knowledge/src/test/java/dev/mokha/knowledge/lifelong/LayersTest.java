package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class LayersTest {
    private static final int ENTITIES = 14;

    @Property(tries = 100)
    void everyFactStandsOnceInTheLayerAfterItsNearerEntity(
            @ForAll long seed, @ForAll @IntRange(max = 30) int count, @ForAll @IntRange(max = 14) int known) {
        Facts facts = BetweennessTest.random(new SplittableRandom(seed), count);
        Layers layers;
        var graph = Neighbours.of(facts, ENTITIES);
        try (var crew = new Crew(1)) {
            layers = Layers.of(facts, known, graph, Betweenness.of(graph, crew));
        }
        int[] distances = distances(facts, known);
        int[] order = layers.order();
        assertThat(Arrays.stream(order).sorted())
                .containsExactly(IntStream.range(0, count).boxed().toArray(Integer[]::new));
        for (int layer = 0; layer < layers.count(); layer++) {
            for (int i = layers.start(layer); i < layers.start(layer + 1); i++) {
                int nearer = Math.min(distances[facts.subject(order[i])], distances[facts.object(order[i])]);
                assertThat(nearer == Layers.UNSEEN ? layers.count() - 1 : nearer)
                        .isEqualTo(layer);
            }
        }
    }

    /// Steps from known entities, by walking every fact until nothing changes.
    private static int[] distances(Facts facts, int known) {
        int[] distances = new int[ENTITIES];
        Arrays.fill(distances, Layers.UNSEEN);
        Arrays.fill(distances, 0, known, 0);
        for (int round = 0; round < ENTITIES; round++) {
            for (int i = 0; i < facts.size(); i++) {
                int s = facts.subject(i);
                int o = facts.object(i);
                int nearest = Math.min(distances[s], distances[o]);
                if (nearest < Layers.UNSEEN) {
                    distances[s] = Math.min(distances[s], nearest + 1);
                    distances[o] = Math.min(distances[o], nearest + 1);
                }
            }
        }
        return distances;
    }

    @Test
    void entitiesKnowTheirFirstLayer() {
        Facts facts = Facts.of(new int[] {0, 1, 4}, new int[] {0, 0, 0}, new int[] {1, 2, 5});
        var layers = Layers.plain(facts, 1, 7);
        assertThat(IntStream.range(0, 7).map(layers::of))
                .containsExactly(Layers.KNOWN, 0, 1, Layers.UNSEEN, 2, 2, Layers.UNSEEN);
    }

    @Test
    void loopsMakePresentButAreNotWalked() {
        var graph = Neighbours.of(Facts.of(new int[] {2, 2, 1}, new int[] {0, 0, 2}, new int[] {2, 1, 2}), 4);
        assertThat(graph.size()).isEqualTo(2);
        assertThat(graph.contains(0)).isFalse();
        assertThat(graph.degree(2)).isEqualTo(3);
        assertThat(graph.degree(1)).isEqualTo(1);
        assertThat(graph.places()).isEqualTo(2);
        assertThat(graph.place(2, 2)).isNegative();
    }
}
