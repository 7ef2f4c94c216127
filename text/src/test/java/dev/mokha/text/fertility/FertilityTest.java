package dev.mokha.text.fertility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.unicode.Scripts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FertilityTest {
    private static final double EXACT = 1e-12;

    /// `▁`, `a`, `b`, `ab`, and the bytes that the Arabic letter beh needs.
    private static Tokenizer tiny(boolean withBytes) {
        var pieces = withBytes
                ? List.of("<unk>", "▁", "a", "b", "ab", "<0xD8>", "<0xA8>")
                : List.of("<unk>", "▁", "a", "b", "ab");
        return SentencePieceBpeTraining.llama(300).tokenizer(new BpeVocabulary(pieces, List.of(new Merge("a", "b"))));
    }

    @Test
    void everyRatioIsThatOfTheCounts() {
        // ▁ ab b | ▁ <0xD8> <0xA8>, the second text's first character is ▁ too
        Fertility counted = Fertility.of("x", tiny(true), List.of("abb", "ب"));
        assertThat(counted).isEqualTo(new Fertility("x", 2, 4, 5, 6, 0, 2));
        assertThat(counted.tokensPerWord()).isCloseTo(3, within(EXACT));
        assertThat(counted.charactersPerToken()).isCloseTo(4 / 6.0, within(EXACT));
        assertThat(counted.bytesPerToken()).isCloseTo(5 / 6.0, within(EXACT));
        assertThat(counted.fragmentShare()).isCloseTo(2 / 6.0, within(EXACT));
        assertThat(counted.toMap()).containsEntry("tokens_per_word", 3.0).containsEntry("tokens", 6L);
    }

    @Test
    void unknownTokensAreCounted() {
        Fertility counted = Fertility.of("x", tiny(false), List.of("a ب"));
        assertThat(counted.unknown()).isEqualTo(1);
        assertThat(counted.unknownShare()).isCloseTo(1 / 4.0, within(EXACT));
    }

    @Test
    void wordsAreRunsBetweenWhiteSpaceOfAnyKind() {
        assertThat(Fertility.of("x", tiny(true), List.of(" a\u00A0b\n\tab\u3000", "  ", ""))
                        .words())
                .isEqualTo(3);
    }

    @Test
    void whiteSpaceIsWhatUnicodeSays() {
        Pattern unicode = Pattern.compile("\\p{IsWhite_Space}");
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            assertThat(Scripts.isWhiteSpace(c))
                    .as("U+%04X", (int) c)
                    .isEqualTo(unicode.matcher(String.valueOf(c)).matches());
        }
    }

    @Test
    void byteLevelPiecesThatAreNoTextAreFragments() {
        var training = ByteLevelBpeTraining.gpt2(257);
        Tokenizer bytes = training.tokenizer(training.train(List.of("a"), TrainingProgress.SILENT));
        assertThat(Fertility.of("x", bytes, List.of("aب")).fragments()).isEqualTo(2);
        assertThat(Fertility.of("x", bytes, List.of("aب")).tokens()).isEqualTo(3);
    }

    @Test
    void theReportHasARowForEachTokenizerAndItsParity() {
        var tokenizers = new LinkedHashMap<String, Tokenizer>();
        tokenizers.put("tiny", tiny(true));
        tokenizers.put("poor", tiny(false));
        var report = FertilityReport.of(
                tokenizers,
                Map.of("latin", List.of("ab ab")),
                new FertilityReport.Parallel(List.of("ب"), List.of("ab")));
        assertThat(report.rows()).hasSize(2);
        assertThat(report.rows().getFirst().parity()).isEqualTo(3 / 2.0);
        assertThat(report.toTable()).contains("| tiny | 9 | latin | 2.00 | 1.25 | 1.25 | 0.00 % | 0.00 % | 1.50 |");
        assertThat(report.toMaps().getFirst()).containsEntry("parity", 1.5).containsEntry("ids", 9);
    }

    @Test
    void parallelTextHasAsManySentencesInEachLanguage() {
        assertThatThrownBy(() -> new FertilityReport.Parallel(List.of("a"), List.of()))
                .hasMessageContaining("1 sentences")
                .hasMessageContaining("translation");
    }
}
