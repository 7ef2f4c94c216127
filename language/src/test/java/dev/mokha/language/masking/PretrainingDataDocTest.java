package dev.mokha.language.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordPieceTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The block of `docs/pretraining-data.md`, run.
final class PretrainingDataDocTest {
    static MaskedBatches batches(Path text, Tokenizer tokenizer, Path cache) {
        var pieces = Pieces.of(tokenizer);
        var encoding = SentenceEncoding.of(TextSource.of(text), Sentences.of(Locale.ENGLISH), tokenizer);
        SentenceStore store = encoding.store(cache); // encoded once, mapped; again when text or tokenizer change
        var pairs = new SentencePairs(store, pieces, SentencePairs.Recipe.of(128, 42));
        var masking = Masking.bert().of(new Masking.Kind.WholeWords());
        return new MaskedBatches(pairs, masking, pieces, MaskedBatches.Drawing.dynamic(32, 42));
    }

    @Test
    void textBecomesBatchesOfMaskedPairs(@TempDir Path folder) throws IOException {
        String sentences = "The whale swam on. Nobody had ever seen so large an animal! Was it asleep? ".repeat(40);
        Path text = folder.resolve("text.txt");
        Files.writeString(text, sentences + "\n\n" + sentences);
        var training = WordPieceTraining.bert(70);
        Tokenizer tokenizer = training.tokenizer(training.train(List.of(sentences), TrainingProgress.SILENT));
        List<Masked> batch = batches(text, tokenizer, folder.resolve("cache")).next();
        assertThat(batch).hasSize(32).allSatisfy(example -> {
            assertThat(example.length()).isBetween(5, 128);
            assertThat(tokenizer.decode(example.original(), false)).startsWith("[CLS]");
        });
        assertThat(batch).anySatisfy(example -> assertThat(example.ids()).contains(tokenizer.id("[MASK]")));
        assertThat(Pieces.of(tokenizer).continues(tokenizer.id("##h"))).isTrue();
        assertThat(Pieces.of(tokenizer).continues(tokenizer.id("h"))).isFalse();
    }
}
