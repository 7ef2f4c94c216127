package dev.mokha.language.judge;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VerdictsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
        Good. Rating: [[7]]                                   § 7
        Rating: [[ 7.5 ]]                                     § 7.5
        [[8/10]] because it is clear                          § 8
        الدرجة: [[٧]]                                         § 7
        الدرجة: [[٧٫٥]]                                       § 7.5
        It cites [1] and [2].\\nRating: [6]                    § 6
        {"explanation": "short", "rating": 4}                 § 4
        ```json\\n{"score": "9"}\\n```                          § 9
        <think>Maybe [[2]]? No.</think>Rating: [[5]]          § 5
        Rating: [[5]]. I repeat: [[5]]                        § 5
        The form is [[number]]. Rating: [[10]]                § 10
        """)
    void aRatingIsFound(String reply, double rating) {
        assertThat(Verdicts.rating(reply.replace("\\n", "\n"))).isEqualTo(rating);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A fine answer, 7 of 10.",
                "It cites [1].\nA fine answer.",
                "[[0]]",
                "[[11]]",
                "[[7]] or rather [[8]]",
                "[[n]]",
                "<think>[[7]] but then",
                "{\"rating\": ",
                "{\"rating\": \"high\"}",
                "{\"rating\": 3, \"score\": 4}"
            })
    void nothingIsGuessed(String reply) {
        assertThat(Verdicts.rating(reply)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '~', textBlock = """
        A is better. [[A]]                          § FIRST
        [[b]]                                       § SECOND
        A draw: [[C]]                               § TIE
        [[tie]]                                     § TIE
        الحكم: [[أ]]                                § FIRST
        [[تعادل]]                                   § TIE
        Verdict: [B]                                § SECOND
        {"winner": "A"}                             § FIRST
        <think>[[A]]</think>\\n[[B]]                § SECOND
        """)
    void aPreferenceIsFound(String reply, Preference preference) {
        assertThat(Verdicts.preference(reply.replace("\\n", "\n"))).isEqualTo(preference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A is better", "[[A]] if A is better, [[B]] if B is", "[[7]]", "[[AB]]"})
    void noPreferenceIsGuessed(String reply) {
        assertThat(Verdicts.preference(reply)).isNull();
    }

    @Property(tries = 500)
    void anyReplyIsReadWithoutAnError(@ForAll String reply) {
        Double rating = Verdicts.rating(reply + "[[" + reply + "]]");
        assertThat(rating == null || (rating >= 1 && rating <= 10)).isTrue();
        assertThat(Verdicts.preference("{" + reply + "}"))
                .isIn(null, Preference.FIRST, Preference.SECOND, Preference.TIE);
    }
}
