package dev.mokha.text.fertility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.text.SampleText;
import dev.mokha.text.fertility.FertilityReport.Parallel;
import dev.mokha.text.fertility.FertilityReport.Row;
import dev.mokha.text.fertility.VocabularySizes.Plan;
import dev.mokha.text.fertility.VocabularySizes.Point;
import dev.mokha.text.merge.MergeScope;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularySizesTest {
    private static final double EXACT = 1e-12;

    private static Row row(long tokens, long otherTokens) {
        return new Row(
                "t",
                10,
                List.of(
                        new Fertility("ar", 100, 600, 1000, tokens, 0, 0),
                        new Fertility("en", 100, 600, 600, otherTokens, 0, 0)),
                null);
    }

    /// @param sizesAndTokens asked, added, tokens of a hundred words
    private static VocabularySizes sizes(int[]... sizesAndTokens) {
        List<Point> points = new ArrayList<>();
        for (int[] one : sizesAndTokens) {
            points.add(new Point(one[0], one[1], 64, row(one[2], 140)));
        }
        return new VocabularySizes(row(1000, 140), points);
    }

    @Test
    void theGainIsThatOfOneDoubling() {
        var found = sizes(new int[] {1000, 1000, 400}, new int[] {2000, 2000, 300}, new int[] {8000, 8000, 243});
        assertThat(found.gainOfDoubling(1)).isCloseTo(0.25, within(EXACT));
        assertThat(found.gainOfDoubling(2)).isCloseTo(0.1, within(EXACT)); // two doublings: 0.9² of 300
    }

    @Test
    void theSmallestSizeWhoseDoublingGainsLittleIsChosen() {
        var found = sizes(new int[] {1000, 1000, 400}, new int[] {2000, 2000, 300}, new int[] {4000, 4000, 290});
        assertThat(found.recommendation(0.1).pieces()).isEqualTo(2000);
        assertThat(found.recommendation(0.1).reason()).contains("4,000", "3.3 %", "less than 10.0 %");
        assertThat(found.recommendation(0.3).pieces()).isEqualTo(1000);
        assertThat(found.recommendation(0.01).pieces()).isEqualTo(4000);
        assertThat(found.recommendation(0.01).reason()).contains("a larger size may be worth a try");
        assertThat(sizes(new int[] {1000, 1000, 400}).recommendation(0.1).reason())
                .contains("no other size");
        assertThat(sizes(new int[] {1000, 900, 400}, new int[] {2000, 900, 400}).recommendation(0.1))
                .isEqualTo(new VocabularySizes.Recommendation(900, "the text gives no more than 900 pieces"));
        assertThatThrownBy(() -> found.recommendation(10)).hasMessageContaining("a share above 0 and below 1, not 10");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everySizeIsWhatItsOwnMergeGives(boolean byteLevel) {
        List<String> english = SampleText.read("english-held-out", "text");
        List<String> arabic = SampleText.read("arabic-held-out", "text");
        Tokenizer base;
        if (byteLevel) {
            var training = ByteLevelBpeTraining.gpt2(800);
            base = training.tokenizer(training.train(english, TrainingProgress.SILENT));
        } else {
            var training = SentencePieceBpeTraining.llama(800);
            base = training.tokenizer(training.train(english, TrainingProgress.SILENT));
        }
        Map<String, List<String>> texts = new LinkedHashMap<>();
        texts.put("arabic", arabic);
        texts.put("english", english);
        var pairs =
                new Parallel(SampleText.read("parallel-held-out", "ar"), SampleText.read("parallel-held-out", "en"));
        var found = VocabularySizes.of(
                base,
                arabic,
                new Plan(List.of(100, 200, 800), 64, MergeScope.arabic()),
                texts,
                pairs,
                TrainingProgress.SILENT);
        for (Point point : found.points()) {
            Tokenizer alone = VocabularyMerge.arabic(point.asked())
                    .extend(base, arabic, TrainingProgress.SILENT)
                    .tokenizer();
            assertThat(point.measured().texts().getFirst()).isEqualTo(Fertility.of("arabic", alone, arabic));
            assertThat(point.measured().ids()).isEqualTo(alone.vocabSize());
            assertThat(point.embeddingRows() % 64).isZero();
        }
        assertThat(found.points().getLast().measured().parity())
                .isLessThan(found.base().parity());
        assertThat(found.unchanged()).containsExactly("english");
        assertThat(found.report().toTable()).contains("| base |", "| + 800 |");
        assertThat(found.toMap(0.1)).containsKeys("base", "sizes", "unchanged", "recommendation");
    }

    @Test
    void whatIsNoPlanIsRefused() {
        assertThatThrownBy(() -> new Plan(List.of(2, 2), 1, MergeScope.arabic()))
                .hasMessage("sizes rise; 2 follows 2");
        assertThatThrownBy(() -> new Plan(List.of(), 1, MergeScope.arabic())).hasMessageContaining("not []");
        assertThatThrownBy(() -> new Plan(List.of(0, 4), 1, MergeScope.arabic()))
                .hasMessageContaining("from 1 on");
    }
}
