package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Adam;
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
        Past past = Past.none(golden.get("dim").intValue());
        try (var crew = new Crew(threads)) {
            for (JsonNode snapshot : golden.get("snapshots")) {
                Facts facts = facts(snapshot.get("facts"));
                var edges = Incidence.of(
                        facts,
                        snapshot.get("entities").intValue(),
                        snapshot.get("relations").intValue());
                check(snapshot, past, edges, mode, crew);
                JsonNode learned = snapshot.get("code"); // the next snapshot begins where this mode ended
                past = past.after(table(learned.get("endEntities")), table(learned.get("endRelations")), edges);
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
        Table entities = table(snapshot.get("startEntities"));
        Table relations = table(snapshot.get("startRelations"));
        var autoencoder = new Autoencoder(edges, mode == Mode.CODE ? null : past);
        var rebuilt = new Table(entities.rows(), entities.dim());
        var moved = new Table(relations.rows(), relations.dim());
        autoencoder.reconstruct(entities, relations, rebuilt, moved, crew);
        assertClose("reconstructed entities", rebuilt, expected.get("reconstructedEntities"));
        assertClose("reconstructed relations", moved, expected.get("reconstructedRelations"));

        var loss = new LkgeLoss(
                entities.rows(),
                relations.rows(),
                entities.dim(),
                new TranslationLoss(number("margin"), crew),
                autoencoder,
                number("beta"),
                new Anchor(past, edges, mode),
                number("alpha"),
                crew);
        var ofEntities = new Adam(entities.rows(), entities.dim(), number("rate"));
        var ofRelations = new Adam(relations.rows(), relations.dim(), number("rate"));
        for (int i = 0; i < expected.get("steps").size(); i++) {
            JsonNode step = expected.get("steps").get(i);
            LkgeLoss.Terms terms =
                    loss.of(entities, relations, batch(snapshot.get("batches").get(i)));
            assertThat(terms.fresh()).isCloseTo(step.get("fresh").doubleValue(), within(CLOSE));
            assertThat(terms.reconstruction())
                    .isCloseTo(step.get("reconstruction").doubleValue(), within(CLOSE));
            assertThat(terms.regularization())
                    .isCloseTo(step.get("regularization").doubleValue(), within(CLOSE));
            assertThat(terms.total()).isCloseTo(step.get("total").doubleValue(), within(CLOSE));
            assertClose("entities' gradient, step " + i, loss.entityGradient(), step.get("entityGradient"));
            assertClose("relations' gradient, step " + i, loss.relationGradient(), step.get("relationGradient"));
            ofEntities.step(entities, loss.entityGradient(), crew);
            ofRelations.step(relations, loss.relationGradient(), crew);
        }
        assertClose("entities", entities, expected.get("endEntities"));
        assertClose("relations", relations, expected.get("endRelations"));
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
