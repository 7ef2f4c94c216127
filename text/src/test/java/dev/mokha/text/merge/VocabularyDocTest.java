package dev.mokha.text.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.text.SampleText;
import dev.mokha.text.fertility.Fertility;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the blocks of `docs/vocabulary.md`, and sees to it that they are regions of this file.
class VocabularyDocTest {
    @TempDir
    private Path folder;

    @Test
    void aVocabularyIsLearnedAndMerged() {
        List<String> english = SampleText.read("english-held-out", "text");
        List<String> arabic = SampleText.read("arabic-held-out", "text");
        TrainingProgress progress = TrainingProgress.SILENT;
        // region train
        var training = ByteLevelBpeTraining.gpt2(2_000);
        BpeVocabulary learned = training.train(english, progress); // any Iterable of documents
        Tokenizer base = training.tokenizer(learned);
        base.save(folder); // a Hugging Face tokenizer.json
        // endregion
        // region merge
        MergedTokenizer merged = VocabularyMerge.arabic(1_000).extend(base, arabic, progress);
        Tokenizer tokenizer = merged.tokenizer(); // ids below merged.baseSize() are the base's
        AddedPiece first = merged.added().getFirst(); // its baseIds: the rows to average for its embedding
        int rows = merged.rows(); // for the embedding, a multiple of 64
        // endregion
        // region fertility
        Fertility before = Fertility.of("arabic", base, arabic);
        Fertility after = Fertility.of("arabic", tokenizer, arabic);
        double ratio = after.tokensPerWord() / before.tokensPerWord();
        // endregion
        assertThat(ratio).isLessThan(0.5);
        assertThat(rows % 64).isZero();
        assertThat(first.id()).isEqualTo(base.idBound());
        assertThat(Files.exists(folder.resolve("tokenizer.json"))).isTrue();
    }

    @Test
    void everyBlockOfThePageIsARegionOfThisFile() throws IOException {
        Path root = Path.of(System.getProperty("mokha.root"));
        String page = Files.readString(root.resolve("docs/vocabulary.md"));
        String source =
                Files.readString(root.resolve("text/src/test/java/dev/mokha/text/merge/VocabularyDocTest.java"));
        var blocks = Pattern.compile("<!-- region (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        int found = 0;
        while (blocks.find()) {
            var region = Pattern.compile("// region " + blocks.group(1) + "\n(.*?)// endregion", Pattern.DOTALL)
                    .matcher(source);
            assertThat(region.find()).as("region " + blocks.group(1)).isTrue();
            assertThat(blocks.group(2).strip())
                    .isEqualTo(region.group(1).stripIndent().strip());
            found++;
        }
        assertThat(found).isEqualTo(3);
    }
}
