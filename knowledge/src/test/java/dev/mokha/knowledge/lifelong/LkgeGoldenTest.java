package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// LKGE's losses, reconstructions, gradients, ranks and three steps of Adam in three snapshots against
/// PyTorch's autograd in float64, with given ids and negatives: `fixtures/lkge`.
final class LkgeGoldenTest {
    /// Sums in another order: float64 leaves about 1e-14.
    private static final double CLOSE = 1e-12;

    private final JsonNode golden = Golden.read("lkge");

    @ParameterizedTest
    @CsvSource({"CODE, 1", "CODE, 2", "CODE, 3", "PAPER, 1", "PAPER, 2"})
    void lossesGradientsAndStepsAreThoseOfAutograd(Mode mode, int threads) {
        State state = State.none(golden.get("dim").intValue());
        try (var crew = new Crew(threads)) {
            for (JsonNode snapshot : golden.get("snapshots")) {
                Facts facts = Golden.facts(snapshot.get("facts"));
                var edges = Incidence.of(
                        facts,
                        snapshot.get("entities").intValue(),
                        snapshot.get("relations").intValue());
                check(snapshot, Past.of(state), edges, mode, crew);
                JsonNode learned = snapshot.get("code"); // the next snapshot begins where this mode ended
                state = Past.of(state).after(state, Golden.vectors(learned, "end"), edges);
            }
        }
    }

    @Test
    void ranksAreThoseOfSortingTwice() {
        JsonNode given = golden.get("ranking");
        Facts facts = Golden.facts(given.get("facts"));
        Ranking ranking;
        try (var crew = new Crew(2)) {
            ranking = new DistanceRanker(
                            Golden.table(given.get("entities")), Golden.table(given.get("relations")), crew)
                    .rank(
                            facts.withInverses(),
                            Answers.of(facts),
                            given.get("candidates").intValue());
        }
        for (int i = 0; i < 2 * facts.size(); i++) {
            int rank = given.get("ranks").get(i).intValue();
            assertThat(ranking.rank(i, Ties.SORTED)).as("query %d", i).isEqualTo(rank);
        }
    }

    private void check(JsonNode snapshot, Past past, Incidence edges, Mode mode, Crew crew) {
        JsonNode expected = snapshot.get(mode == Mode.CODE ? "code" : "paper");
        Vectors at = Golden.vectors(snapshot, "start");
        var autoencoder = mode == Mode.CODE ? new Autoencoder(edges) : new Autoencoder(edges, past);
        Vectors rebuilt = at.zeros();
        autoencoder.reconstruct(at, rebuilt, crew);
        Golden.assertClose("reconstructed", rebuilt, expected, "reconstructed", CLOSE);

        double alpha = number("alpha");
        double beta = number("beta");
        var terms = List.of(
                new Penalty.Weighted(beta, autoencoder), new Penalty.Weighted(alpha, new Anchor(past, edges, mode)));
        var objective = new Objective(FactLoss.ofRows(new TranslationLoss(number("margin"), crew)), terms, crew);
        var optimizer = new AdamOptimizer(at, number("rate"));
        Vectors gradient = at.zeros();
        for (int i = 0; i < expected.get("steps").size(); i++) {
            JsonNode step = expected.get("steps").get(i);
            Objective.Terms loss =
                    objective.of(at, Golden.batch(snapshot.get("batches").get(i)), gradient);
            assertThat(loss.fresh()).isCloseTo(step.get("fresh").doubleValue(), within(CLOSE));
            assertThat(loss.penalties().get(0))
                    .isCloseTo(step.get("reconstruction").doubleValue(), within(CLOSE));
            assertThat(loss.penalties().get(1))
                    .isCloseTo(step.get("regularization").doubleValue(), within(CLOSE));
            assertThat(loss.total()).isCloseTo(step.get("total").doubleValue(), within(CLOSE));
            Golden.assertClose("step " + i, gradient.entities(), step.get("entityGradient"), CLOSE);
            Golden.assertClose("step " + i, gradient.relations(), step.get("relationGradient"), CLOSE);
            optimizer.step(at, gradient, crew);
        }
        Golden.assertClose("learned", at, expected, "end", CLOSE);
    }

    private double number(String name) {
        return golden.get(name).doubleValue();
    }
}
