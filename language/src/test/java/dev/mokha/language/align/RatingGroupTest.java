package dev.mokha.language.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RatingGroupTest {
    /// Answer number `i`, which is all its tokens, behind a prompt of two tokens `100 + i`.
    private static EncodedRating answer(int i) {
        int[] ids = IntStream.range(0, 3 + i % 4).map(t -> t < 2 ? 100 + i : i).toArray();
        int[] labels = ids.clone();
        Arrays.fill(labels, 0, 2, AnswerRow.IGNORED);
        return new EncodedRating(new AnswerRow(ids, labels, 2), i % 2 == 0);
    }

    private static List<EncodedRating> answers(int count) {
        return IntStream.range(0, count).mapToObj(RatingGroupTest::answer).toList();
    }

    @Property(tries = 200)
    void everyAnswerIsInOneGroupOnceWithItsPromptAndOnceWithAnother(
            @ForAll @IntRange(min = 2, max = 40) int count,
            @ForAll @IntRange(min = 2, max = 9) int size,
            @ForAll long seed) {
        List<EncodedRating> answers = answers(count);
        List<EncodedRating> seen = new ArrayList<>();
        for (RatingGroup group : RatingGroup.draw(answers, size, 100, seed)) {
            assertThat(group.answers()).hasSizeBetween(2, size + 1);
            seen.addAll(group.answers());
            List<Integer> own = new ArrayList<>();
            List<Integer> mixed = new ArrayList<>();
            for (int i = 0; i < group.answers().size(); i++) {
                AnswerRow row = group.answers().get(i).row();
                AnswerRow mismatch = group.mismatched().get(i);
                assertThat(Arrays.copyOf(mismatch.ids(), 2)).isEqualTo(Arrays.copyOf(row.ids(), 2));
                assertThat(mismatch.ids()[2]).isNotEqualTo(row.ids()[2]);
                own.add(row.ids()[2]);
                mixed.add(mismatch.ids()[2]);
                assertThat(mismatch.scored()).isEqualTo(mismatch.ids().length - 2);
            }
            assertThat(mixed).containsExactlyInAnyOrderElementsOf(own);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(answers);
    }

    @Test
    void equalSeedsDrawEqualGroups() {
        List<EncodedRating> answers = answers(20);
        assertThat(members(answers, 3)).isEqualTo(members(answers, 3)).isNotEqualTo(members(answers, 4));
    }

    private static List<List<EncodedRating>> members(List<EncodedRating> answers, long seed) {
        return RatingGroup.draw(answers, 4, 100, seed).stream()
                .map(RatingGroup::answers)
                .toList();
    }

    @Test
    void aMismatchIsCutWhereTheContextEnds() {
        AnswerRow mismatch = answer(1).row().answeredBy(answer(3).row(), 5);
        assertThat(mismatch.ids()).containsExactly(101, 101, 3, 3, 3);
        assertThat(mismatch.labels()).containsExactly(-100, -100, 3, 3, 3);
    }

    @Test
    void oneAnswerAloneIsRefused() {
        assertThatThrownBy(() -> RatingGroup.draw(answers(1), 4, 100, 0)).hasMessageContaining("1 answers");
        assertThatThrownBy(() -> RatingGroup.draw(answers(9), 1, 100, 0)).hasMessageContaining("batches of 1");
    }
}
