package dev.mokha.knowledge.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.embed.Crew;
import dev.mokha.knowledge.lifelong.AskedVectors;
import dev.mokha.knowledge.lifelong.Lan;
import dev.mokha.knowledge.lifelong.Lifelong;
import dev.mokha.knowledge.lifelong.Mode;
import dev.mokha.knowledge.lifelong.Progress;
import dev.mokha.knowledge.lifelong.State;
import dev.mokha.knowledge.query.Candidate;
import dev.mokha.knowledge.query.GraphQuery;
import dev.mokha.knowledge.query.Judgement;
import dev.mokha.knowledge.query.Question;
import dev.mokha.knowledge.query.Ranked;
import dev.mokha.knowledge.query.Reply;
import dev.mokha.knowledge.query.TranslationScorer;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.StoredFigure;
import dev.mokha.knowledge.store.StoredFigure.Among;
import dev.mokha.knowledge.store.StoredFigure.Moment;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Triple;
import dev.mokha.knowledge.triples.Triples;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stored model whose vectors depend on the question, as it is asked, judged and corrected, against the
/// trainer itself.
final class LanStoreTest {
    private static final int EPOCHS = 6;

    @TempDir
    private Path folder;

    private final Crew crew = new Crew(1);
    private GraphStore graph;
    private State state;
    private AskedVectors vectors;

    @BeforeEach
    void learn() {
        graph = store("graph.db", Effort.UPDATE);
        var plain = new Lifelong(new Lan(), GridStore.settings("lan", EPOCHS).training(), crew);
        for (var snapshot : GridStore.plain().snapshots()) {
            plain.open(snapshot);
            plain.learn(Progress.SILENT);
        }
        state = plain.state();
        vectors = new Lan().asked(() -> state, Mode.CODE, crew).orElseThrow();
    }

    private GraphStore store(String name, Effort effort) {
        GraphStore graph = GraphStore.create(folder.resolve(name));
        try (var writer = graph.write()) {
            GridStore.write(writer, 0);
            writer.commit();
        }
        StoredModel model = graph.models()
                .create("m", "lan", GridStore.settings("lan", EPOCHS).json());
        var learning = new SnapshotLearning(graph, model, Effort.WHOLE, crew);
        SnapshotLearning.Outcome outcome = learning.learn(null, Progress.SILENT);
        graph.atomically(() -> learning.write(outcome));
        for (int part = 1; part < GridStore.PARTS; part++) {
            int now = part;
            new GraphUpdate(graph, "m", effort, crew).run(writer -> GridStore.write(writer, now), Progress.SILENT);
        }
        return graph;
    }

    @AfterEach
    void close() {
        graph.close();
        crew.close();
    }

    @Test
    void aQuestionIsAnsweredWithTheVectorsThatItSees() {
        Triple fact = GridStore.part(2).train().get(5);
        Question question = new Question.Tails("e" + fact.head(), "r" + fact.relation());
        Ranked tails = known(query().rank(question, 100, GraphQuery.KnownAnswers.MARKED));
        int relation = graph.relation("r" + fact.relation()).orElseThrow();
        int head = graph.entity("e" + fact.head()).orElseThrow();
        assertThat(tails.best()).hasSizeGreaterThan(50);
        for (Candidate one : tails.best()) {
            int tail = graph.entity(one.name()).orElseThrow();
            assertThat(one.score()).isCloseTo(score(head, 2 * relation, tail), within(1e-12));
        }
        Judgement both = known(query().score(new Fact("e" + fact.head(), "r" + fact.relation(), "e" + fact.tail())));
        int tail = graph.entity("e" + fact.tail()).orElseThrow();
        double mean = (score(head, 2 * relation, tail) + score(tail, 2 * relation + 1, head)) / 2;
        assertThat(both.score()).isCloseTo(mean, within(1e-12));
        assertThat(score(head, 2 * relation, tail)).isNotEqualTo(score(tail, 2 * relation + 1, head));
        assertThat(known(query().nearest("e" + fact.head(), 3))).hasSize(3);
    }

    @Test
    void figuresAreThoseThatLearningLeft() {
        StoredModel model = graph.models().find("m").orElseThrow();
        var evaluation = new Evaluation(graph, model, crew);
        List<StoredFigure> left = graph.history().figures(model).stream()
                .filter(figure -> figure.learned() == 2 && figure.moment() == Moment.AFTER)
                .toList();
        assertThat(left).hasSize(6);
        for (StoredFigure figure : left) {
            var now =
                    evaluation.snapshot(figure.test(), figure.among()).ranking().metrics(Ties.AVERAGE);
            assertThat(now.mrr()).isEqualTo(figure.mrr());
            assertThat(now.count()).isEqualTo(figure.count());
        }
        assertThat(left).extracting(StoredFigure::among).contains(Among.SNAPSHOT, Among.NOW);
    }

    @Test
    void aSmallPoolChangesNothing() {
        try (GraphStore other = store("pool.db", new Effort(0, 3, true))) {
            StoredModel model = other.models().find("m").orElseThrow();
            StoredModel whole = graph.models().find("m").orElseThrow();
            assertThat(edges(other, model)).containsExactlyElementsOf(edges(graph, whole));
            Fact fact = GridStore.fact(52, 1, 54);
            Judgement same = known(query().score(fact));
            assertThat(known(GraphQuery.of(other, "m").score(fact)).score()).isEqualTo(same.score());
        }
    }

    @Test
    void aFactThatEndedIsNoEdgeAnyMore() {
        Triple one = GridStore.part(2).train().get(7);
        Fact wrong = GridStore.fact(one.head(), one.relation(), one.tail());
        StoredModel model = graph.models().find("m").orElseThrow();
        int before = edges(graph, model).size();
        new GraphUpdate(graph, "m", Effort.UPDATE, crew)
                .run(
                        writer -> {
                            writer.begin("correction");
                            writer.remove(wrong);
                        },
                        Progress.SILENT);
        Triples edges = edges(graph, model);
        int head = graph.entity(wrong.head()).orElseThrow();
        int tail = graph.entity(wrong.tail()).orElseThrow();
        int relation = graph.relation(wrong.relation()).orElseThrow();
        assertThat(edges.size()).isBetween(before - 2, before - 1); // one, where the other end is older
        assertThat(edges)
                .doesNotContain(new Triple(head, 2 * relation, tail), new Triple(tail, 2 * relation + 1, head));
    }

    private static Triples edges(GraphStore graph, StoredModel model) {
        return Objects.requireNonNull(graph.models().remembered(model).get("lan.edges"));
    }

    private double score(int subject, int relation, int object) {
        return TranslationScorer.LKGE.score(
                vectors.entity(subject, relation),
                state.vectors().relations().row(relation),
                vectors.entity(object, relation));
    }

    private GraphQuery query() {
        return GraphQuery.of(graph, "m");
    }

    private static <T> T known(Reply<T> reply) {
        return ((Reply.Known<T>) reply).answer();
    }
}
