package dev.mokha.knowledge.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.knowledge.query.GraphQuery.KnownAnswers;
import dev.mokha.knowledge.store.GraphStore;
import dev.mokha.knowledge.store.Part;
import dev.mokha.knowledge.store.StoredModel;
import dev.mokha.knowledge.triples.Fact;
import dev.mokha.knowledge.triples.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A graph on a line: places at 0, 1, 2, …, and `east` leads one further. Vectors are those places, so
/// scores are known.
final class GraphQueryTest {
    private static final String[] PLACES = {"p0", "p1", "p2", "p3", "p4"};

    @TempDir
    private Path folder;

    private GraphStore graph;
    private StoredModel model;

    @BeforeEach
    void fill() {
        graph = GraphStore.create(folder.resolve("graph.db"));
        try (var writer = graph.write()) {
            writer.begin("a");
            for (int i = 0; i + 1 < PLACES.length; i++) {
                if (i != 2) {
                    writer.fact(new Fact(PLACES[i], "east", PLACES[i + 1]), i, "", Split.TRAIN);
                }
            }
            writer.mention("lonely", "nowhere", 0);
            writer.mention("p1", "one", 0);
            writer.fact(new Fact("untaught", "east", "p0"), 9, "", Split.TEST);
            writer.fact(new Fact("p0", "unlearned", "p1"), 10, "", Split.TEST);
            writer.prefix("p", "p");
            writer.commit();
        }
        model = graph.models().create("m", "lkge", "{\"scorer\":\"TransE\",\"norm\":1,\"normalized\":false}");
        Part entities = graph.models().define(model, "entity.vectors", 1, Part.Precision.DOUBLE);
        Part relations = graph.models().define(model, "relation.vectors", 1, Part.Precision.DOUBLE);
        for (int e = 0; e < graph.entities().size(); e++) {
            String name = graph.entityName(e);
            double place = name.startsWith("p") ? name.charAt(1) - '0' : 2.5;
            graph.models().write(entities, e, new double[] {place}, 0);
        }
        graph.models().write(relations, 0, new double[] {1}, 0);
        graph.models().write(relations, 1, new double[] {-1}, 0);
        model = graph.models().learned(model, 0);
    }

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void answersComeBestFirstWithoutThoseThatAreKnown() {
        Ranked tails = known(query().rank(new Question.Tails("p2", "east"), 3, KnownAnswers.LEFT_OUT));
        assertThat(tails.best()).extracting(Candidate::name).containsExactly("p3", "p4", "p1");
        assertThat(tails.best()).extracting(Candidate::score).containsExactly(0.0, -1.0, -2.0);
        assertThat(tails.best()).noneMatch(Candidate::known);
        assertThat(tails.best().getFirst().probability()).isEmpty();
        Ranked heads = known(query().rank(new Question.Heads("east", "p1"), 2, KnownAnswers.LEFT_OUT));
        assertThat(heads.best()).extracting(Candidate::name).containsExactly("p2", "p3");
        assertThat(heads.known()).isOne();
    }

    @Test
    void knownAnswersAreMarkedWhereThatIsAskedFor() {
        Ranked tails = known(query().rank(new Question.Tails("one", "east"), 1, KnownAnswers.MARKED));
        assertThat(tails.question()).isEqualTo(new Question.Tails("p1", "east"));
        assertThat(tails.best()).containsExactly(new Candidate("p2", 0, OptionalDouble.empty(), true));
    }

    @Test
    void whatHasNoFactNeverStandsAmongCandidates() {
        // "lonely" and "untaught" lie at 2.5, nearer to 3 than all others but p3
        Ranked tails = known(query().rank(new Question.Tails("p2", "east"), 9, KnownAnswers.MARKED));
        assertThat(tails.best()).extracting(Candidate::name).hasSize(4).doesNotContain("lonely", "untaught");
    }

    @Test
    void ofWhatHasNoFactNothingIsSaid() {
        assertThat(query().rank(new Question.Tails("nowhere", "east"), 3, KnownAnswers.MARKED))
                .isEqualTo(new Reply.Nothing<>(Reply.Kind.ENTITY, "lonely", "no fact holds"));
        assertThat(query().score(new Fact("p1", "east", "untaught")))
                .isEqualTo(new Reply.Nothing<>(Reply.Kind.ENTITY, "untaught", "no fact about it was learned"));
        assertThat(query().score(new Fact("p1", "unlearned", "p2")))
                .isEqualTo(new Reply.Nothing<>(Reply.Kind.RELATION, "unlearned", "no fact of it was learned"));
        assertThat(query().neighbours("lonely", 3)).isInstanceOf(Reply.Nothing.class);
        assertThat(query().nearest("lonely", 3)).isInstanceOf(Reply.Nothing.class);
    }

    @Test
    void unknownNamesAreAnsweredWithThoseNearThem() {
        assertThat(query().rank(new Question.Heads("eats", "p1"), 3, KnownAnswers.MARKED))
                .isEqualTo(new Reply.Unknown<>(Reply.Kind.RELATION, "eats", List.of("east")));
        assertThat(query().score(new Fact("p1", "east", "untauhgt")))
                .isEqualTo(new Reply.Unknown<>(Reply.Kind.ENTITY, "untauhgt", List.of("untaught")));
        assertThatThrownBy(() -> GraphQuery.of(graph, "other")).hasMessageContaining("no model 'other'", "kg learn");
    }

    @Test
    void aFactIsScoredInBothDirections() {
        Judgement there = known(query().score(new Fact("p2", "east", "p4")));
        assertThat(there.score()).isEqualTo(-1, within(1e-12));
        assertThat(there.holds()).isFalse();
        assertThat(known(query().score(new Fact("p0", "east", "p1"))).holds()).isTrue();
    }

    @Test
    void neighboursAreFactsAndTheNearestAreVectors() {
        assertThat(known(query().neighbours("p1", 9))).hasSize(3);
        List<Near> near = known(query().nearest("p1", 2));
        assertThat(near).containsExactly(new Near("p2", 1), new Near("p3", 1)); // p0 lies at the origin
    }

    @Test
    void aCalibrationIsStoredAndUsed() {
        try (var writer = graph.write()) {
            writer.begin("b");
            for (int i = 0; i < 30; i++) {
                writer.fact(new Fact("q" + i, "east", "s" + i), i, "", i < 25 ? Split.VALID : Split.TRAIN);
            }
            writer.commit();
        }
        Part entities = graph.models().part(model, "entity.vectors").orElseThrow();
        for (int e = 7; e < graph.entities().size(); e++) {
            String name = graph.entityName(e);
            double place = 10 * Integer.parseInt(name.substring(1)) + (name.charAt(0) == 's' ? 1.1 : 0);
            graph.models().write(entities, e, new double[] {place}, 0);
        }
        model = graph.models().learned(model, 1);
        assertThat(Calibrations.fit(graph, model, graph.entities().size(), 5)).isPresent();
        Calibration stored = Calibrations.read(graph.models(), model).orElseThrow();
        assertThat(stored.count()).isEqualTo(50);
        assertThat(known(query().score(new Fact("p2", "east", "p3")))
                        .probability()
                        .orElseThrow())
                .isEqualTo(stored.probability(0));
        assertThat(stored.probability(0)).isGreaterThan(stored.probability(-100) + 0.3);
    }

    private GraphQuery query() {
        return GraphQuery.of(graph, "m");
    }

    private static <T> T known(Reply<T> reply) {
        assertThat(reply).isInstanceOf(Reply.Known.class);
        return ((Reply.Known<T>) reply).answer();
    }
}
