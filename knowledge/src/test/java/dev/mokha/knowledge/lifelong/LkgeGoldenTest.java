package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Incidence;
import dev.mokha.knowledge.rank.DistanceRanker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// LKGE's losses, reconstructions, gradients, ranks and three steps of Adam in three snapshots against
/// PyTorch's autograd in float64, with given ids and negatives: `fixtures/lkge`.
final class LkgeGoldenTest {
    /// Sums in another order: float64 leaves about 1e-14.
    private static final double CLOSE = 1e-12;

    private final JsonNode golden = JsonMapper.builder()
            .build()
            .readTree(Path.of(System.getProperty("mokha.root"), "fixtures", "lkge", "expected.json"));

    @ParameterizedTest
    @CsvSource({"CODE, 1", "CODE, 2", "CODE, 3", "PAPER, 1", "PAPER, 2"})
    void lossesGradientsAndStepsAreThoseOfAutograd(Mode mode, int threads) {
        State state = State.none(golden.get("dim").intValue());
        try (var crew = new Crew(threads)) {
            for (JsonNode snapshot : golden.get("snapshots")) {
                Facts facts = facts(snapshot.get("facts"));
                var edges = Incidence.of(
                        facts,
                        snapshot.get("entities").intValue(),
                        snapshot.get("relations").intValue());
                check(snapshot, Past.of(state), edges, mode, crew);
                JsonNode learned = snapshot.get("code"); // the next snapshot begins where this mode ended
                state = Past.of(state).after(state, vectors(learned, "end"), edges);
            }
        }
    }

    @Test
    void ranksAreThoseOfSortingTwice() {
        JsonNode given = golden.get("ranking");
        Facts facts = facts(given.get("facts"));
        Ranking ranking;
        try (var crew = new Crew(2)) {
            ranking = new DistanceRanker(table(given.get("entities")), table(given.get("relations")), crew)
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
        Vectors at = vectors(snapshot, "start");
        var autoencoder = mode == Mode.CODE ? new Autoencoder(edges) : new Autoencoder(edges, past);
        Vectors rebuilt = at.zeros();
        autoencoder.reconstruct(at, rebuilt, crew);
        assertClose("reconstructed", rebuilt, expected, "reconstructed");

        double alpha = number("alpha");
        double beta = number("beta");
        var terms = List.of(
                new Penalty.Weighted(beta, autoencoder), new Penalty.Weighted(alpha, new Anchor(past, edges, mode)));
        var objective = new Objective(new TranslationLoss(number("margin"), crew), terms, crew);
        var optimizer = new AdamOptimizer(at, number("rate"));
        Vectors gradient = at.zeros();
        for (int i = 0; i < expected.get("steps").size(); i++) {
            JsonNode step = expected.get("steps").get(i);
            Objective.Terms loss =
                    objective.of(at, batch(snapshot.get("batches").get(i)), gradient);
            assertThat(loss.fresh()).isCloseTo(step.get("fresh").doubleValue(), within(CLOSE));
            assertThat(loss.penalties().get(0))
                    .isCloseTo(step.get("reconstruction").doubleValue(), within(CLOSE));
            assertThat(loss.penalties().get(1))
                    .isCloseTo(step.get("regularization").doubleValue(), within(CLOSE));
            assertThat(loss.total()).isCloseTo(step.get("total").doubleValue(), within(CLOSE));
            assertClose("entities' gradient, step " + i, gradient.entities(), step.get("entityGradient"));
            assertClose("relations' gradient, step " + i, gradient.relations(), step.get("relationGradient"));
            optimizer.step(at, gradient, crew);
        }
        assertClose("learned", at, expected, "end");
    }

    private static Vectors vectors(JsonNode node, String name) {
        return new Vectors(table(node.get(name + "Entities")), table(node.get(name + "Relations")));
    }

    private static void assertClose(String what, Vectors actual, JsonNode expected, String name) {
        assertClose(what + " entities", actual.entities(), expected.get(name + "Entities"));
        assertClose(what + " relations", actual.relations(), expected.get(name + "Relations"));
    }

    private Batch batch(JsonNode given) {
        JsonNode positives = given.get("positives");
        int negatives = golden.get("negatives").intValue();
        var batch = new Batch(positives.size(), negatives);
        for (int p = 0; p < positives.size(); p++) {
            JsonNode fact = positives.get(p);
            batch.add(
                    fact.get(0).intValue(), fact.get(1).intValue(), fact.get(2).intValue());
            for (int k = 0; k < negatives; k++) {
                batch.replace(
                        p,
                        k,
                        given.get("replacements").get(p).get(k).intValue(),
                        given.get("atSubject").get(p).get(k).booleanValue());
            }
        }
        return batch;
    }

    private double number(String name) {
        return golden.get(name).doubleValue();
    }

    private static Facts facts(JsonNode rows) {
        int[][] columns = new int[3][rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < 3; c++) {
                columns[c][i] = rows.get(i).get(c).intValue();
            }
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }

    private static double[][] rows(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> StreamSupport.stream(row.spliterator(), false)
                        .mapToDouble(JsonNode::doubleValue)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static Table table(JsonNode rows) {
        return Table.of(rows(rows));
    }

    private static void assertClose(String what, Table actual, JsonNode expected) {
        double[][] rows = rows(expected);
        assertThat(actual.rows()).as(what).isEqualTo(rows.length);
        double worst = 0;
        for (int row = 0; row < rows.length; row++) {
            double[] values = actual.row(row);
            for (int i = 0; i < values.length; i++) {
                worst = Math.max(worst, Math.abs(values[i] - rows[row][i]));
            }
        }
        assertThat(worst).as(what + ": largest difference").isLessThan(CLOSE);
    }
}
