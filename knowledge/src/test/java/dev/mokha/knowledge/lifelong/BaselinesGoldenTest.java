package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// EWC's and SI's worth of numbers, their penalties and where steps lead in three snapshots, against
/// PyTorch's autograd in float64, and GEM's projection against SciPy, with given ids and negatives:
/// `fixtures/lifelong`.
final class BaselinesGoldenTest {
    /// Sums in another order: float64 leaves about 1e-14.
    private static final double CLOSE = 1e-11;

    private final JsonNode golden = Golden.read("lifelong");

    @ParameterizedTest
    @CsvSource({"CODE, 1", "CODE, 3"})
    void ewcIsThatOfAutograd(Mode mode, int threads) {
        check(
                new Ewc(number("ewcWeight")),
                Ewc.FISHER,
                "fisher",
                golden.get("ewc").get("code"),
                mode,
                threads);
    }

    @ParameterizedTest
    @CsvSource({"CODE, 1", "PAPER, 1", "PAPER, 3"})
    void siIsThatOfAutograd(Mode mode, int threads) {
        JsonNode expected = golden.get("si").get(mode == Mode.CODE ? "code" : "paper");
        check(new Si(number("siWeight"), number("damping")), Si.WORTH, "worth", expected, mode, threads);
    }

    private void check(Method method, String tables, String name, JsonNode expected, Mode mode, int threads) {
        State state = State.none(golden.get("dim").intValue());
        try (var crew = new Crew(threads)) {
            for (int i = 0; i < expected.size(); i++) {
                JsonNode snapshot = golden.get("snapshots").get(i);
                Assignment assignment = assignment(state, snapshot, mode, crew);
                Lesson lesson = method.begin(assignment);
                Vectors kept =
                        steps(lesson, assignment, snapshot, expected.get(i).get("steps"));
                state = lesson.end(kept);
                Golden.assertClose("snapshot " + i, state.tables(tables), expected.get(i), name, CLOSE);
                Golden.assertClose("snapshot " + i, state.vectors(), expected.get(i), "end", CLOSE);
            }
        }
    }

    private Vectors steps(Lesson lesson, Assignment assignment, JsonNode snapshot, JsonNode expected) {
        Vectors at = lesson.start();
        Vectors kept = at;
        Vectors gradient = at.zeros();
        Optimizer optimizer = lesson.optimizer(assignment.training());
        var objective = new Objective(FactLoss.ofRows(assignment.loss()), lesson.penalties(), assignment.crew());
        for (int k = 0; k < expected.size(); k++) {
            Batch batch = Golden.batch(snapshot.get("batches").get(k));
            Objective.Terms loss = objective.of(at, batch, gradient);
            JsonNode step = expected.get(k);
            assertThat(loss.fresh()).isCloseTo(step.get("fresh").doubleValue(), within(CLOSE));
            double penalty = loss.penalties().isEmpty() ? 0 : loss.penalties().getFirst();
            assertThat(penalty).as("step %d", k).isCloseTo(step.get("penalty").doubleValue(), within(CLOSE));
            optimizer.step(at, gradient, assignment.crew());
            lesson.stepped(new Lesson.Step(at, gradient, batch.size()));
            if (k == golden.get("kept").intValue()) {
                lesson.best();
                kept = at.copy();
            }
        }
        return kept;
    }

    /// The facts' own negatives are given, so what [Ewc] draws is not asked here; see the next test.
    @Test
    void squaredGradientsOfSingleFactsAreThoseOfAutograd() {
        State state = State.none(golden.get("dim").intValue());
        JsonNode expected = golden.get("ewc").get("paper");
        try (var crew = new Crew(2)) {
            for (int i = 0; i < expected.size(); i++) {
                JsonNode singles = golden.get("snapshots").get(i).get("singles");
                Vectors at = Golden.vectors(expected.get(i), "end");
                Vectors fisher = at.zeros();
                var loss = new TranslationLoss(number("margin"), crew);
                for (JsonNode single : singles) {
                    loss.of(at.entities(), at.relations(), Golden.batch(single));
                    loss.addSquaresTo(fisher.entities(), fisher.relations(), 1.0 / singles.size());
                }
                Vectors mean = averaged(fisher, state.tables(Ewc.FISHER), i);
                Golden.assertClose("snapshot " + i, mean, expected.get(i), "fisher", CLOSE);
                state = state.next(at).with(Ewc.FISHER, mean);
            }
        }
    }

    @Test
    void ewcOfThePaperMeasuresWhatWasLearnedAndAveragesOverSnapshots() {
        State state = State.none(golden.get("dim").intValue());
        try (var crew = new Crew(2)) {
            for (int i = 0; i < golden.get("snapshots").size(); i++) {
                JsonNode snapshot = golden.get("snapshots").get(i);
                Assignment assignment = assignment(state, snapshot, Mode.PAPER, crew);
                Lesson lesson = new Ewc(1).begin(assignment);
                lesson.stepped(new Lesson.Step(lesson.start(), lesson.start(), 8)); // no matter
                State after = lesson.end(lesson.start());
                Vectors mean = averaged(squares(assignment), state.tables(Ewc.FISHER), i);
                assertClose(after.tables(Ewc.FISHER).entities(), mean.entities());
                assertClose(after.tables(Ewc.FISHER).relations(), mean.relations());
                state = after;
            }
        }
    }

    /// Fact by fact, with the draws that belong to the snapshot, each gradient in tables of its own.
    private static Vectors squares(Assignment assignment) {
        Vectors at = assignment.opened();
        Facts facts = assignment.snapshot().train().withInverses();
        SplittableRandom random = assignment.random();
        Vectors sum = at.zeros();
        for (int i = 0; i < facts.size(); i++) {
            var batch = new Batch(1, assignment.training().negatives());
            batch.draw(facts, new int[] {i}, 0, 1, assignment.below(), random);
            Vectors gradient = at.zeros();
            TranslationLoss loss = assignment.loss();
            loss.of(at.entities(), at.relations(), batch);
            loss.addTo(gradient.entities(), gradient.relations());
            addSquares(gradient.entities(), sum.entities(), facts.size());
            addSquares(gradient.relations(), sum.relations(), facts.size());
        }
        return sum;
    }

    private static void addSquares(Table gradient, Table sum, int count) {
        for (int i = 0; i < sum.values().length; i++) {
            sum.values()[i] += gradient.values()[i] * gradient.values()[i] / count;
        }
    }

    private static Vectors averaged(Vectors fresh, Vectors before, int learned) {
        average(fresh.entities(), before.entities(), learned);
        average(fresh.relations(), before.relations(), learned);
        return fresh;
    }

    private static void average(Table fresh, Table before, int learned) {
        for (int i = 0; i < before.values().length; i++) {
            fresh.values()[i] = (fresh.values()[i] + before.values()[i] * learned) / (learned + 1);
        }
    }

    @Test
    void gemProjectsAsAnotherSolverDoes() {
        for (JsonNode given : golden.get("gem")) {
            List<Vectors> remembered = new ArrayList<>();
            for (JsonNode row : given.get("remembered")) {
                remembered.add(split(Golden.numbers(row)));
            }
            Vectors gradient = split(Golden.numbers(given.get("gradient")));
            try (var crew = new Crew(2)) {
                Cone.project(gradient, remembered, given.get("margin").doubleValue(), crew);
            }
            Vectors projected = split(Golden.numbers(given.get("projected")));
            assertThat(gradient.entities().values())
                    .containsExactly(projected.entities().values(), within(1e-9));
            assertThat(gradient.relations().values())
                    .containsExactly(projected.relations().values(), within(1e-9));
        }
    }

    private static Vectors split(double[] twenty) {
        Vectors vectors = Vectors.zeros(3, 1, 5);
        for (int row = 0; row < 4; row++) {
            Table table = row < 3 ? vectors.entities() : vectors.relations();
            System.arraycopy(twenty, row * 5, table.values(), row % 3 * table.stride(), 5);
        }
        return vectors;
    }

    private Assignment assignment(State state, JsonNode given, Mode mode, Crew crew) {
        Vectors opened = Golden.vectors(given, "start");
        opened.setFirst(state.vectors());
        Facts facts = Golden.facts(given.get("facts"));
        var snapshot = new Snapshot(
                state.snapshots(),
                facts,
                Facts.NONE,
                Facts.NONE,
                Answers.of(facts),
                given.get("entities").intValue(),
                given.get("relations").intValue());
        var training = new Training(
                mode,
                golden.get("dim").intValue(),
                number("margin"),
                golden.get("negatives").intValue(),
                8,
                number("rate"),
                1,
                Stopping.LKGE,
                1);
        return new Assignment(state, opened, snapshot, training, crew);
    }

    private double number(String name) {
        return golden.get(name).doubleValue();
    }

    private static void assertClose(Table actual, Table expected) {
        assertThat(actual.values()).containsExactly(expected.values(), within(1e-14));
    }
}
