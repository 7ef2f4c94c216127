package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// LAN's vectors, loss and gradient against PyTorch's autograd in float64: `fixtures/lan`.
final class LanGoldenTest {
    /// Sums in another order: float64 leaves about 1e-14.
    private static final double CLOSE = 1e-12;

    private final JsonNode golden = Golden.read("lan");
    private final LanTables tables = new LanTables(
            Golden.table(golden.get("inputs")),
            Golden.table(golden.get("projections")),
            Golden.table(golden.get("questions")),
            Golden.table(golden.get("attention")));
    private final Table relations = Golden.table(golden.get("relations"));
    private final Facts facts = Golden.facts(golden.get("facts"));
    private final NearEdges edges = NearEdges.of(
            NearEdges.draw(facts, tables.inputs().rows(), relations.rows(), new SplittableRandom(1))
                    .facts(0),
            tables.inputs().rows(),
            relations.rows());

    @ParameterizedTest
    @EnumSource(Mode.class)
    void logicAttentionIsThatOfCountedSets(Mode mode) {
        var logic = new LogicAttention(facts, edges, mode);
        JsonNode given = golden.get(mode.name()).get("weights");
        for (int q = 0; q < relations.rows(); q++) {
            for (int v = 0; v < edges.entities(); v++) {
                double expected = 0;
                double actual = 0;
                int size = edges.start(v + 1) - edges.start(v);
                assertThat(given.get(q).get(v).size()).isEqualTo(size);
                for (int i = 0; i < size; i++) { // edges come in another order
                    expected += Math.sqrt(given.get(q).get(v).get(i).doubleValue());
                    actual += Math.sqrt(logic.of(q, edges.start(v) + i));
                }
                assertThat(actual).as("question %d, entity %d", q, v).isCloseTo(expected, within(CLOSE));
            }
        }
        assertThat(edges.size()).isEqualTo(2 * facts.size() + edges.entities());
    }

    @ParameterizedTest
    @CsvSource({"CODE, 1", "CODE, 3", "PAPER, 1", "PAPER, 2"})
    void vectorsAreThoseOfEachQuestion(Mode mode, int threads) {
        try (var crew = new Crew(threads)) {
            var vectors = new LanVectors(aggregator(mode, crew), relations.dim(), crew);
            for (int q = 0; q < relations.rows(); q++) {
                JsonNode expected = golden.get(mode.name()).get("vectors").get(q);
                Table table = vectors.entities(q, edges.entities());
                Golden.assertClose("question " + q, table, expected, CLOSE);
                for (int v = 0; v < edges.entities(); v++) {
                    assertThat(vectors.entity(v, q)).isEqualTo(table.row(v));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"CODE, 1", "CODE, 3", "PAPER, 2"})
    void lossAndGradientAreThoseOfAutograd(Mode mode, int threads) {
        JsonNode expected = golden.get(mode.name());
        try (var crew = new Crew(threads)) {
            var loss = new TranslationLoss(golden.get("margin").doubleValue(), crew);
            LanTables by = tables.zeros();
            var lan = new LanLoss(aggregator(mode, crew), tables, by, loss, crew);
            var at = new Vectors(tables.inputs(), relations);
            for (int time = 0; time < 2; time++) { // nothing is left from the first
                Vectors gradient = at.zeros();
                double value = lan.addGradient(at, Golden.batch(golden.get("batch")), gradient);
                assertThat(value).isCloseTo(expected.get("loss").doubleValue(), within(CLOSE));
                Golden.assertClose("inputs", gradient.entities(), expected.get("by inputs"), CLOSE);
                Golden.assertClose("relations", gradient.relations(), expected.get("by relations"), CLOSE);
                Golden.assertClose("projections", by.projections(), expected.get("by projections"), CLOSE);
                Golden.assertClose("questions", by.questions(), expected.get("by questions"), CLOSE);
                Golden.assertClose("attention", by.attention(), expected.get("by attention"), CLOSE);
            }
        }
    }

    private LanAggregator aggregator(Mode mode, Crew crew) {
        return new LanAggregator(edges, new LogicAttention(facts, edges, mode), tables, crew);
    }
}
