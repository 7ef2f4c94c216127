package dev.mokha.language.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SquadScoreTest {
    /// Sums of a few hundred shares, in float64, may differ in their last digits.
    private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

    @Test
    void everyTextIsNormalizedAsPythonNormalizesIt() throws IOException {
        for (JsonNode pair : Expected.read().path("normalized")) {
            assertThat(Normalization.SQUAD.apply(pair.get(0).stringValue()))
                    .as(pair.get(0).toString())
                    .isEqualTo(pair.get(1).stringValue());
        }
    }

    @Test
    void everyFigureIsThatOfTheOfficialScripts() throws IOException {
        int checked = 0;
        for (JsonNode set : Expected.read().path("scores")) {
            List<Question> questions = Expected.questions(set.path("questions"));
            var predictions = Expected.texts(set.path("predictions"));
            var odds = Expected.numbers(set.path("odds"));
            if (set.has("v1")) {
                same(SquadScore.v1(questions, predictions, Normalization.SQUAD), set.path("v1"));
                same(
                        SquadScore.v1(questions, Expected.texts(set.path("thinned")), Normalization.SQUAD),
                        set.path("v1_thinned"));
                checked++;
            }
            same(SquadScore.v2(questions, predictions, Normalization.SQUAD), set.path("v2"));
            same(
                    SquadScore.v2(questions, predictions, odds, SquadScore.OFFICIAL_THRESHOLD, Normalization.SQUAD),
                    set.path("v2_odds"));
            same(SquadScore.v2(questions, predictions, odds, -1.5, Normalization.SQUAD), set.path("v2_threshold"));
            checked++;
        }
        assertThat(checked).isEqualTo(9);
    }

    private static void same(SquadScore score, JsonNode expected) {
        assertThat(score.figures().keySet()).containsExactlyElementsOf(expected.propertyNames());
        Expected.numbers(expected)
                .forEach(
                        (name, value) -> assertThat(score.figure(name)).as(name).isCloseTo(value, ROUNDING));
    }

    @Test
    void anUnansweredQuestionScoresNothingInVersionOne() {
        var score = SquadScore.v1(
                List.of(answered("a", "Cairo"), answered("b", "the Nile")), Map.of("b", "Nile"), Normalization.SQUAD);
        assertThat(score.exact()).isEqualTo(50);
        assertThat(score.f1()).isEqualTo(50);
        assertThat(score.unanswered()).containsExactly("a");
        assertThat(score.toJson()).isEqualTo("{\n    \"exact_match\": 50.0,\n    \"f1\": 50.0\n}");
    }

    @Test
    void whatCannotBeScoredIsNamed() {
        var none = new Question("n", "", "", List.of(), true);
        assertThatThrownBy(() -> SquadScore.v1(List.of(none), Map.of(), Normalization.SQUAD))
                .hasMessageContaining("'n'")
                .hasMessageContaining("2.0");
        var two = List.of(none, answered("a", "Cairo"));
        assertThatThrownBy(() -> SquadScore.v2(two, Map.of("a", "x"), Normalization.SQUAD))
                .hasMessageContaining("1 of 2")
                .hasMessageContaining("'n'");
        assertThatThrownBy(
                        () -> SquadScore.v2(two, Map.of("a", "x", "n", ""), Map.of("a", 0.5), 1, Normalization.SQUAD))
                .hasMessageContaining("'n'");
    }

    @Test
    void arabicFormsAreOneWhereAskedFor() {
        String gold = "القاهرة، مصر";
        String answer = "اَلقاهره مصر؟";
        assertThat(Normalization.SQUAD.apply(gold)).isNotEqualTo(Normalization.SQUAD.apply(answer));
        assertThat(Normalization.ARABIC.apply(gold)).isEqualTo(Normalization.ARABIC.apply(answer));
        assertThat(Normalization.ARABIC.words("The «كتاب»")).containsExactly("كتاب");
    }

    @Property
    void anAnswerIsExactlyItselfAndOverlapIsSymmetric(@ForAll String gold, @ForAll String answer) {
        for (Normalization by : Normalization.values()) {
            String once = by.apply(gold);
            Assertions.assertThat(once).isEqualTo(once.strip());
            Assertions.assertThat(Normalization.SQUAD.apply(once)).isEqualTo(once);
            var g = by.words(gold);
            var a = by.words(answer);
            double overlap = SquadScore.overlap(g, a);
            Assertions.assertThat(overlap).isBetween(0.0, 1.0).isEqualTo(SquadScore.overlap(a, g));
            Assertions.assertThat(SquadScore.overlap(g, g)).isEqualTo(g.isEmpty() ? 0.0 : 1.0);
        }
    }

    private static Question answered(String id, String... answers) {
        return new Question(
                id,
                "",
                "",
                Arrays.stream(answers).map(text -> new Gold(text, Gold.NOWHERE)).toList(),
                false);
    }
}
