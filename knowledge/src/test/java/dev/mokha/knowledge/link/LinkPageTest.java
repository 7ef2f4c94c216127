package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.link.LinkRecipe.Length;
import dev.mokha.knowledge.link.LinkTraining.Trained;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.triples.Split;
import dev.mokha.nn.fit.Progress;
import dev.mokha.nn.fit.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The code of the page on link prediction.
class LinkPageTest {
    @TempDir
    private Path folder;

    @Test
    void itsCodeLearnsAGraph() throws IOException {
        LinkData data = Umls.read();
        Facts queries = data.of(Split.TEST);
        LinkRecipe recipe = LinkRecipe.fb15k237()
                .withScorer(ComplEx.Config.of(16))
                .withLength(new Length(4, 2, 0)); // a first look: 4 epochs, validated after every second
        Trained trained =
                new LinkTraining(folder, Progress.lines(System.out, "link"), new StopSignal()).run(recipe, data);
        try (LinkModel model = trained.model()) {
            Ranking ranking = new ScorerRanker(model).rank(queries.withInverses(), data.known(), data.entities());
            double mrr = ranking.metrics(Ties.AVERAGE).mrr();
            Embeddings plain = model.embeddings(); // arrays, for whoever computes without libtorch
            assertThat(mrr).isGreaterThan(0.3); // at random: 0.04
            assertThat(plain.entities().count()).isEqualTo(data.entities());
        }
    }
}
