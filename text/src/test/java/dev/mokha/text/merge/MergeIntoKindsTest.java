package dev.mokha.text.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.SampleText;
import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordCounting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Merges into a small tokenizer of each published kind (`fixtures/tokenizers`), with their own words, added tokens and
/// options.
class MergeIntoKindsTest {
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama3", "qwen2", "llama2", "mistral"})
    void everyPublishedKindTakesArabicAndKeepsTheRest(String kind) {
        Tokenizer base = Tokenizer.load(Path.of(System.getProperty("mokha.root"), "fixtures", "tokenizers", kind));
        List<String> arabic = SampleText.read("arabic-held-out", "text");
        var merge = VocabularyMerge.arabic(1500);
        var learned = merge.learn(base, arabic, new WordCounting(1, 1_000_000), TrainingProgress.SILENT);
        MergedTokenizer merged = merge.merge(base, learned); // proves each piece reachable
        Tokenizer tokenizer = merged.tokenizer();

        assertThat(merged.added()).hasSizeGreaterThan(1000);
        assertThat(merged.baseSize()).isEqualTo(base.idBound());
        for (AddedToken token : base.addedTokens()) {
            assertThat(tokenizer.id(token.content())).as(token.content()).isEqualTo(base.id(token.content()));
        }
        for (String text : SampleText.read("parallel-held-out", "en")) {
            assertThat(tokenizer.encodeIds(text)).isEqualTo(base.encodeIds(text));
        }
        for (String text : SampleText.read("parallel-held-out", "text")) {
            int[] ids = tokenizer.encodeIds(text, false);
            assertThat(tokenizer.decode(ids, true)).isEqualTo(base.decode(base.encodeIds(text, false), true));
        }
        Tokenizer again = Tokenizer.parse(tokenizer.toJson(), kind);
        assertThat(again.encodeIds(arabic.getFirst())).isEqualTo(tokenizer.encodeIds(arabic.getFirst()));
        assertThat(tokenizer.encodeIds(arabic.getFirst(), false).length)
                .isLessThan(base.encodeIds(arabic.getFirst(), false).length); // these bases know Arabic already
    }
}
