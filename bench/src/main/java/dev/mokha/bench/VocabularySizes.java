package dev.mokha.bench;

import dev.mokha.text.fertility.FertilityReport;
import dev.mokha.text.merge.MergedTokenizer;
import dev.mokha.text.merge.VocabularyMerge;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordCounting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An English base vocabulary of each kind, Arabic pieces merged into it, 4,000 to 32,000 of them: the table of
/// `docs/vocabulary.md`.
///
/// `VocabularySizes ARABIC.jsonl.gz HELD_OUT.jsonl.gz ENGLISH.jsonl.gz`; run in the repository's root.
public final class VocabularySizes {
    private static final List<Integer> SIZES = List.of(4_000, 8_000, 16_000, 32_000);
    private static final int BASE = 16_000;

    private VocabularySizes() {}

    /// @param arguments as above
    public static void main(String[] arguments) throws IOException {
        List<String> arabic = JsonLines.read(Path.of(arguments[0]), "text");
        List<String> english = JsonLines.read(Path.of(arguments[2]), "text");
        Map<String, List<String>> texts = new LinkedHashMap<>();
        texts.put("arabic", JsonLines.read(Path.of(arguments[1]), "text"));
        texts.put("english", JsonLines.read(Path.of("samples/text/english-held-out.jsonl.gz"), "text"));
        Path pairs = Path.of("samples/text/parallel-held-out.jsonl.gz");
        var parallel = new FertilityReport.Parallel(JsonLines.read(pairs, "ar"), JsonLines.read(pairs, "en"));
        var sentencePiece = SentencePieceBpeTraining.llama(BASE);
        report(
                "SentencePiece",
                sentencePiece.tokenizer(sentencePiece.train(english, TrainingProgress.SILENT)),
                arabic,
                texts,
                parallel);
        var byteLevel = ByteLevelBpeTraining.gpt2(BASE);
        report(
                "byte-level",
                byteLevel.tokenizer(byteLevel.train(english, TrainingProgress.SILENT)),
                arabic,
                texts,
                parallel);
    }

    private static void report(
            String kind,
            Tokenizer base,
            List<String> arabic,
            Map<String, List<String>> texts,
            FertilityReport.Parallel parallel) {
        PrintStream out = System.out;
        var largest = VocabularyMerge.arabic(SIZES.getLast());
        long start = System.nanoTime();
        BpeVocabulary learned = largest.learn(base, arabic, WordCounting.standard(), TrainingProgress.SILENT);
        double learning = (System.nanoTime() - start) / 1e9;
        var tokenizers = new LinkedHashMap<String, Tokenizer>();
        tokenizers.put(kind + ", English base", base);
        for (int size : SIZES) {
            start = System.nanoTime();
            MergedTokenizer merged = VocabularyMerge.arabic(size).merge(base, learned);
            out.printf(
                    Locale.ROOT,
                    "%s: %,d pieces learned in %.1f s; merged in %.2f s: %s, %,d rows%n",
                    kind,
                    learned.size(),
                    learning,
                    (System.nanoTime() - start) / 1e9,
                    merged.counts(),
                    merged.rows());
            tokenizers.put(String.format(Locale.ROOT, "+ %,d Arabic", size), merged.tokenizer());
        }
        out.println(FertilityReport.of(tokenizers, texts, parallel).toTable());
    }
}
