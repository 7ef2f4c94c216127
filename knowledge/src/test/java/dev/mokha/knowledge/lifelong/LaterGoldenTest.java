package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Contrast;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.graph.Neighbours;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// IncDE's order and distillation, FastKGE's low-rank rows, MEAN's means and self-adversarial negatives
/// against NetworkX and PyTorch's autograd in float64: `fixtures/incde`.
final class LaterGoldenTest {
    /// Sums in another order: float64 leaves about 1e-14.
    private static final double CLOSE = 1e-12;

    private final JsonNode golden = JsonMapper.builder()
            .build()
            .readTree(Path.of(System.getProperty("mokha.root"), "fixtures", "incde", "expected.json"));

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void ordersFactsInLayersByImportance(int threads) {
        JsonNode given = golden.get("order");
        Facts facts = facts(given.get("facts"));
        int known = given.get("known").intValue();
        int entities = given.get("entities").intValue();
        try (var crew = new Crew(threads)) {
            var graph = Neighbours.of(facts, entities);
            var betweenness = Betweenness.of(graph, crew);
            var layers = Layers.of(facts, known, graph, betweenness);
            for (int e = 0; e < entities; e++) {
                assertThat(betweenness.of(e))
                        .as("entity %d", e)
                        .isCloseTo(given.get("betweenness").get(e).doubleValue(), within(CLOSE));
                assertThat(graph.centrality(e))
                        .isCloseTo(given.get("centrality").get(e).doubleValue(), within(CLOSE));
            }
            for (JsonNode edge : given.get("edges")) {
                assertThat(betweenness.between(
                                edge.get(0).intValue(), edge.get(1).intValue()))
                        .as("edge %s", edge)
                        .isCloseTo(edge.get(2).doubleValue(), within(CLOSE));
            }
            assertThat(layers.order()).containsExactly(ints(given.get("order")));
            int[] starts = ints(given.get("starts"));
            assertThat(layers.count()).isEqualTo(starts.length);
            for (int layer = 0; layer < starts.length; layer++) {
                assertThat(layers.start(layer)).isEqualTo(starts[layer]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"adversarial0, 0, 1", "adversarial1, 1, 1", "adversarial1, 1, 2"})
    void selfAdversarialNegativesAreThoseOfAutograd(String name, double temperature, int threads) {
        JsonNode given = golden.get("losses");
        try (var crew = new Crew(threads)) {
            var loss = new TranslationLoss(new Contrast.SelfAdversarial(4, temperature), crew);
            check(given, given.get(name), loss, null, crew);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void distillationIsThatOfAutograd(int threads) {
        JsonNode given = golden.get("losses");
        JsonNode expected = given.get("distilled");
        try (var crew = new Crew(threads)) {
            var distillation = new Distillation(table(expected.get("teacher")), doubles(expected.get("weights")));
            check(given, expected, new TranslationLoss(8, crew), distillation, crew);
        }
    }

    private void check(
            JsonNode given, JsonNode expected, TranslationLoss loss, @Nullable Distillation distillation, Crew crew) {
        Table entities = table(given.get("entities"));
        Table relations = table(given.get("relations"));
        var byEntities = new Table(entities.rows(), entities.dim());
        var byRelations = new Table(relations.rows(), relations.dim());
        double total = loss.of(entities, relations, batch(given.get("batch")));
        loss.addTo(byEntities, byRelations);
        if (distillation != null) {
            double term = distillation.addGradient(entities, 0.01, byEntities, crew);
            assertThat(term).isCloseTo(expected.get("term").doubleValue(), within(CLOSE));
            total += 0.01 * term;
        }
        assertThat(total).isCloseTo(expected.get("loss").doubleValue(), within(CLOSE));
        assertClose("entities' gradient", byEntities, expected.get("byEntities"));
        assertClose("relations' gradient", byRelations, expected.get("byRelations"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void lowRankRowsMoveAsUnderPyTorchsAdam(int threads) {
        JsonNode given = golden.get("lowRank");
        Table entities = table(given.get("entities"));
        Table relations = table(given.get("relations"));
        var rows = new LowRank(
                entities,
                ints(given.get("rows")),
                table(given.get("right")),
                given.get("rate").doubleValue());
        try (var crew = new Crew(threads)) {
            var loss = new TranslationLoss(8, crew);
            for (int step = 0; step < given.get("batches").size(); step++) {
                double value =
                        loss.of(entities, relations, batch(given.get("batches").get(step)));
                assertThat(value)
                        .as("step %d", step)
                        .isCloseTo(given.get("losses").get(step).doubleValue(), within(CLOSE));
                var gradient = new Table(entities.rows(), entities.dim());
                loss.addTo(gradient, new Table(relations.rows(), relations.dim()));
                rows.step(entities, gradient, crew);
            }
        }
        assertClose("entities", entities, given.get("end"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void meansOfNeighboursAreThoseOfAutograd(int threads) {
        JsonNode given = golden.get("mean");
        Table rows = table(given.get("rows"));
        Table projections = table(given.get("projections"));
        var means = new MeanAggregator(
                facts(given.get("facts")), rows.rows(), projections.rows() - 1, new SplittableRandom(1));
        var out = new Table(rows.rows(), rows.dim());
        var byRows = new Table(rows.rows(), rows.dim());
        var byProjections = new Table(projections.rows(), projections.dim());
        try (var crew = new Crew(threads)) {
            means.aggregate(rows, projections, out, crew);
            means.addGradient(rows, projections, table(given.get("byOut")), byRows, byProjections, crew);
        }
        assertClose("means", out, given.get("out"));
        assertClose("rows' gradient", byRows, given.get("byRows"));
        assertClose("projections' gradient", byProjections, given.get("byProjections"));
    }

    private Batch batch(JsonNode given) {
        JsonNode positives = given.get("positives");
        int negatives = golden.get("negatives").intValue();
        var batch = new Batch(positives.size(), negatives);
        for (int p = 0; p < positives.size(); p++) {
            int[] fact = ints(positives.get(p));
            batch.add(fact[0], fact[1], fact[2]);
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

    private static Facts facts(JsonNode rows) {
        int[][] columns = new int[3][rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            for (int c = 0; c < 3; c++) {
                columns[c][i] = rows.get(i).get(c).intValue();
            }
        }
        return Facts.of(columns[0], columns[1], columns[2]);
    }

    private static int[] ints(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }

    private static double[] doubles(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    private static double[][] rows(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(LaterGoldenTest::doubles)
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
