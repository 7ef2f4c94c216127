package dev.mokha.knowledge.lifelong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Batch;
import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.embed.Table;
import dev.mokha.knowledge.embed.TranslationLoss;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.lifelong.GrowingGraph.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What each method does on [Grid], beside what all have in common.
final class MethodsTest {
    private static final List<Snapshot> SNAPSHOTS = Grid.snapshots(Selection.VALID);

    static Stream<Method> methods() {
        return Official.names().stream().map(name -> Official.method(name, "ENTITY"));
    }

    /// Two snapshots learned; vectors after the first and after the second.
    private record Run(State first, Vectors opened, State second) {
        static Run of(Method method, Mode mode) {
            Training training = Grid.training(5).withMode(mode);
            try (var crew = new Crew(1)) {
                var model = new Lifelong(method, training, crew);
                model.open(SNAPSHOTS.get(0));
                model.learn(Progress.SILENT);
                State first = model.state();
                model.open(SNAPSHOTS.get(1));
                Vectors opened = model.vectors();
                model.learn(Progress.SILENT);
                return new Run(first, opened, model.state());
            }
        }

        double[] known(Vectors vectors) {
            return Arrays.copyOf(
                    vectors.entities().values(), first.vectors().entities().values().length);
        }

        /// How far known rows went in the second snapshot.
        double away() {
            double[] old = known(first.vectors());
            double[] now = known(second.vectors());
            double sum = 0;
            for (int i = 0; i < old.length; i++) {
                sum += (now[i] - old[i]) * (now[i] - old[i]);
            }
            return sum;
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void eachIsNamedAndLearnsTheSnapshotThatIsThere(Method method) {
        Training training = Grid.training(5).withMode(Mode.PAPER);
        try (var crew = new Crew(1)) {
            var model = new Lifelong(method, training, crew);
            for (Snapshot snapshot : SNAPSHOTS) {
                model.open(snapshot);
                double before = model.test(snapshot).mrr();
                model.learn(Progress.SILENT);
                boolean learns = !(method instanceof Mean || method instanceof Lan) || snapshot.number() == 0;
                assertThat(model.test(snapshot).mrr())
                        .as("snapshot %d", snapshot.number())
                        .isGreaterThanOrEqualTo(learns ? before + 0.05 : before);
            }
            assertThat(model.state().snapshots()).isEqualTo(2);
        }
        assertThat(Official.method(method.name(), "ENTITY")).isEqualTo(method);
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> Official.method("ewk", "FACT")).hasMessageContaining("ewc");
    }

    @Test
    void pnnNeverMovesAKnownRow() {
        Run run = Run.of(new Pnn(), Mode.CODE);
        assertThat(run.away()).isZero();
        assertThat(run.second.vectors().entities().values())
                .isNotEqualTo(run.opened.entities().values());
        Table relations = run.first.vectors().relations();
        assertThat(run.second.vectors().relations().values()).isEqualTo(relations.values());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void penaltiesHoldKnownRows(Mode mode) {
        double free = Run.of(new FineTune(), mode).away();
        assertThat(free).isPositive();
        assertThat(Run.of(new Ewc(mode == Mode.CODE ? 1 : 1000), mode).away()).isLessThan(free / 2);
        assertThat(Run.of(new Lkge(1, 0, false), mode).away()).isLessThan(free / 2);
    }

    @Test
    void siHoldsKnownRows() {
        double free = Run.of(new FineTune(), Mode.PAPER).away();
        assertThat(Run.of(new Si(100, 0.1), Mode.PAPER).away()).isLessThan(free * 0.9);
        assertThat(Run.of(new Si(0, 0.1), Mode.PAPER).away()).isEqualTo(free);
    }

    @Test
    void withoutWeightAPenaltyIsFineTuning() {
        double free = Run.of(new FineTune(), Mode.CODE).away();
        assertThat(Run.of(new Ewc(0), Mode.CODE).away()).isEqualTo(free);
        assertThat(Run.of(new Lkge(0, 0, false), Mode.CODE).away()).isEqualTo(free);
        assertThat(Run.of(new Gem(10, 0.5), Mode.CODE).away()).isEqualTo(free);
    }

    @Test
    void snapshotOnlyAndRetrainBeginAnew() {
        for (Method method : List.of(new SnapshotOnly(), new Retrain())) {
            Run run = Run.of(method, Mode.CODE);
            assertThat(run.known(run.opened)).isNotEqualTo(run.known(run.first.vectors()));
        }
        Run run = Run.of(new FineTune(), Mode.CODE);
        assertThat(run.known(run.opened)).isEqualTo(run.known(run.first.vectors()));
    }

    @Test
    void retrainRemembersAllFacts() {
        State state = Run.of(new Retrain(), Mode.CODE).second;
        int train = SNAPSHOTS.stream().mapToInt(s -> s.train().size()).sum();
        int valid = SNAPSHOTS.stream().mapToInt(s -> s.valid().size()).sum();
        assertThat(state.facts("train").size()).isEqualTo(train);
        assertThat(state.facts("valid").size()).isEqualTo(valid);
    }

    @Test
    void cwrAveragesInThePaperAndForgetsInTheProgram() {
        Assignment first = assignment(State.none(30), Mode.PAPER, 0);
        Vectors learned = Vectors.xavier(25, 8, 30, new SplittableRandom(1));
        State state = new Cwr().begin(first).end(learned.copy());
        assertThat(state.vectors().entities().values())
                .isEqualTo(learned.entities().values());
        Vectors later = Vectors.xavier(50, 8, 30, new SplittableRandom(2));
        Table paper = new Cwr()
                .begin(assignment(state, Mode.PAPER, 1))
                .end(later.copy())
                .vectors()
                .entities();
        for (int i = 0; i < paper.values().length; i++) {
            double x = later.entities().values()[i];
            double old =
                    i < learned.entities().values().length ? learned.entities().values()[i] : x;
            assertThat(paper.values()[i]).isEqualTo((x + old) / 2);
        }
        Lesson code = new Cwr().begin(assignment(state, Mode.CODE, 1));
        assertThat(code.end(later.copy()).vectors().entities().values())
                .isEqualTo(later.entities().values());
        assertThat(code.start().entities().values())
                .isNotEqualTo(
                        assignment(state, Mode.CODE, 1).opened().entities().values());
    }

    @Test
    void halfOfAMemoryIsRenewed() {
        Facts old = facts(0, 40);
        Facts fresh = facts(100, 30);
        Facts renewed = Memory.renewed(old, fresh, 21, new SplittableRandom(3));
        List<Integer> subjects = subjects(renewed);
        assertThat(subjects).hasSize(21).doesNotHaveDuplicates();
        assertThat(subjects.stream().filter(s -> s < 100)).hasSize(10);
        assertThat(subjects(Memory.renewed(Facts.NONE, fresh, 50, new SplittableRandom(3))))
                .containsExactlyInAnyOrderElementsOf(subjects(fresh));
    }

    @Test
    void emrReplaysInThePaperWhatIsOldAndInTheProgramAlsoWhatIsNew() {
        State state = State.none(30).next(Vectors.zeros(25, 8, 30)).with("memory", facts(0, 6));
        for (Mode mode : Mode.values()) {
            Lesson lesson = new Emr(6).begin(assignment(state, mode, 1));
            var batch = new Batch(2, 5);
            lesson.fill(batch, new SplittableRandom(1));
            assertThat(batch.size()).as("%s", mode).isEqualTo(6);
            List<Integer> replayed = subjects(((Emr.Learning) lesson).replayed());
            assertThat(replayed.stream().filter(s -> s < 25)).as("%s", mode).hasSize(mode == Mode.CODE ? 3 : 6);
            Facts kept = lesson.end(Vectors.zeros(50, 8, 30)).facts("memory");
            assertThat(subjects(kept).stream().filter(s -> s < 25)).hasSize(3);
        }
        Lesson first = new Emr(6).begin(assignment(State.none(30), Mode.CODE, 0));
        var batch = new Batch(2, 5);
        first.fill(batch, new SplittableRandom(1));
        assertThat(batch.size()).isZero();
    }

    @Test
    void gemGivesEachSnapshotAnEqualShare() {
        State state = Run.of(new Gem(20, 0.5), Mode.PAPER).second;
        assertThat(state.facts("memory.0").size()).isEqualTo(10);
        assertThat(state.facts("memory.1").size()).isEqualTo(10);
    }

    @Test
    void gemTurnsStepsThatHurtWhatIsRemembered() {
        Run run = Run.of(new Gem(20, 0), Mode.PAPER);
        State state = run.first;
        Lesson lesson = new Gem(20, 0).begin(assignment(state, Mode.PAPER, 1));
        try (var crew = new Crew(1)) {
            Vectors at = lesson.start();
            Vectors remembered = at.zeros();
            var batch = new Batch(0, 5);
            var random = new SplittableRandom(4);
            Facts directed = Memory.eitherWay(state.facts("memory.0"), random);
            Memory.replay(directed, batch, 50, random);
            var loss = new TranslationLoss(4, crew);
            loss.of(at.entities(), at.relations(), batch);
            loss.addTo(remembered.entities(), remembered.relations());
            Vectors gradient = at.zeros(); // straight against what is remembered
            for (int i = 0; i < gradient.entities().values().length; i++) {
                gradient.entities().values()[i] = -remembered.entities().values()[i];
            }
            for (int i = 0; i < gradient.relations().values().length; i++) {
                gradient.relations().values()[i] = -remembered.relations().values()[i];
            }
            lesson.bend(new Lesson.Step(at, gradient, 1), new SplittableRandom(4));
            double left = Math.sqrt(square(gradient.entities()) + square(gradient.relations()));
            double whole = Math.sqrt(square(remembered.entities()) + square(remembered.relations()));
            assertThat(left / whole).isCloseTo(0, within(1e-7));
        }
    }

    private static double square(Table table) {
        return Arrays.stream(table.values()).map(x -> x * x).sum();
    }

    private static Assignment assignment(State state, Mode mode, int snapshot) {
        Snapshot of = SNAPSHOTS.get(snapshot);
        Vectors opened = Vectors.xavier(of.entities(), of.relations(), 30, new SplittableRandom(7));
        opened.setFirst(state.vectors());
        return new Assignment(state, opened, of, Grid.training(5).withMode(mode), new Crew(1));
    }

    private static Facts facts(int from, int count) {
        int[] s = new int[count];
        Arrays.setAll(s, i -> from + i);
        return Facts.of(s, new int[count], new int[count]);
    }

    private static List<Integer> subjects(Facts facts) {
        return Stream.iterate(0, i -> i < facts.size(), i -> i + 1)
                .map(facts::subject)
                .toList();
    }
}
