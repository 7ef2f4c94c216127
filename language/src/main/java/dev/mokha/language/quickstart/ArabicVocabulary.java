package dev.mokha.language.quickstart;

import dev.mokha.language.corpus.TextSource;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;

/// Learns Arabic pieces from text and adds them to the base vocabulary. The same text gives the same
/// vocabulary.
final class ArabicVocabulary {
    /// Learned beyond what is added: the base has some of them, and some could occur in other languages.
    private static final int SPARE = 1024;

    private ArabicVocabulary() {}

    static MergedTokenizer merge(Tokenizer base, TextSource arabic, int pieces) {
        List<String> documents = new ArrayList<>();
        arabic.forEach(document -> documents.add(document.text()));
        BpeVocabulary learned =
                ByteLevelBpeTraining.gpt2(256 + pieces + SPARE).train(documents, TrainingProgress.SILENT);
        return VocabularyMerge.arabic(pieces).merge(base, learned);
    }
}
