package dev.mokha.knowledge.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mokha.knowledge.graph.Answers;
import dev.mokha.knowledge.graph.Facts;
import dev.mokha.knowledge.rank.LoopRanker;
import dev.mokha.knowledge.rank.Ranking;
import dev.mokha.knowledge.rank.Ties;
import dev.mokha.nn.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScorerRankerTest {
    private static final Facts QUERIES = Facts.of(
                    new int[] {0, 1, 2, 3, 4, 5, 6, 0, 0},
                    new int[] {0, 2, 0, 2, 0, 2, 0, 0, 2},
                    new int[] {1, 2, 3, 4, 5, 6, 0, 2, 3})
            .withInverses();

    @ParameterizedTest
    @MethodSource("dev.mokha.knowledge.link.ScorerTest#scorers")
    void ranksAreThoseOfTheFormulas(ScorerConfig scorer) {
        try (var model = ScorerTest.model(scorer)) {
            model.params().mode(Mode.TRAIN);
            Answers known = Answers.of(QUERIES);
            var loops = new ScorerLoops(model);
            Ranking expected = new LoopRanker(loops::scores).rank(QUERIES, known, ScorerTest.ENTITIES);
            Ranking found = new ScorerRanker(model).rank(QUERIES, known, ScorerTest.ENTITIES);
            for (Ties ties : Ties.values()) {
                for (int i = 0; i < QUERIES.size(); i++) {
                    assertThat(found.rank(i, ties)).isEqualTo(expected.rank(i, ties));
                }
            }
            assertThat(model.params().mode()).isEqualTo(Mode.TRAIN);
        }
    }

    @Test
    void equalVectorsTie() {
        try (var model = ScorerTest.model(DistMult.Config.of(3))) {
            model.entities().fillInPlace(1);
            Ranking found = new ScorerRanker(model).rank(QUERIES, Answers.of(Facts.NONE), ScorerTest.ENTITIES);
            assertThat(found.rank(0, Ties.OPTIMISTIC)).isEqualTo(1);
            assertThat(found.rank(0, Ties.PESSIMISTIC)).isEqualTo(7);
            assertThat(found.rank(0, Ties.AVERAGE)).isEqualTo(4);
        }
    }

    @Test
    void moreCandidatesThanTheModelKnowsAreRefused() {
        try (var model = ScorerTest.model(DistMult.Config.of(3))) {
            var ranker = new ScorerRanker(model);
            assertThatThrownBy(() -> ranker.rank(QUERIES, Answers.of(Facts.NONE), 8))
                    .hasMessage("the model knows 7 entities, so it cannot rank among 8");
        }
    }
}
