package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import dev.mokha.knowledge.rank.RankMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The code of the page on lifelong learning.
class LifelongPageTest {
    /// Stands for a graph on the page.
    private record Graph(List<Snapshot> snapshots) {}

    @Test
    void itsCodeLearnsAGraphThatGrows() {
        var graph = new Graph(Grid.snapshots(Selection.VALID));
        try (var crew = new Crew(1)) {
            var model = new Lifelong(Lkge.official("RELATION"), Training.official(11), crew);
            for (Snapshot snapshot : graph.snapshots()) {
                model.open(snapshot); // rows for new entities and relations
                model.learn((epoch, checkpoint) -> {}); // keeps the epoch that validated best
                RankMetrics figures = model.test(snapshot);
                assertThat(figures.mrr()).isGreaterThan(2.0 / snapshot.entities());
            }
            assertThat(model.vectors().entities().rows())
                    .isEqualTo(graph.snapshots().getLast().entities());
        }
    }
}
