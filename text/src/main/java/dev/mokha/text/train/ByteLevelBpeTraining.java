package dev.mokha.text.train;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.model.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Learns a byte-level BPE vocabulary, [Radford et al. 2019, §2.2]: symbols are bytes, written as the 256 visible
/// characters of GPT-2, so no text is unknown.
///
/// Ids: special tokens, then the 256 bytes in the order of their characters, then pieces in the order learned.
/// The merges are those of Hugging Face `tokenizers`' `BpeTrainer` with the 256 bytes as `initial_alphabet`; equal
/// counts are settled by its rule, the lower left id, then the lower right id. Two differences, both rare: a pair that
/// reappears after its merge is merged again but not listed twice, and no merge makes the text of a special
/// token (there, ordinary text could become one).
///
/// @param specialTokens their ids come first
/// @param splitter the words, in plain characters: the tokenizer will cut in the same way
public record ByteLevelBpeTraining(
        TrainingLimits limits, List<String> specialTokens, PreTokenizerSplitter splitter, WordCounting counting) {
    public ByteLevelBpeTraining {
        specialTokens = List.copyOf(specialTokens);
    }

    /// GPT-2's words, one special token.
    public static ByteLevelBpeTraining gpt2(int vocabSize) {
        return new ByteLevelBpeTraining(
                TrainingLimits.of(vocabSize),
                List.of("<|endoftext|>"),
                PreTokenizerSplitter.gpt2(),
                WordCounting.standard());
    }

    public ByteLevelBpeTraining withCounting(WordCounting other) {
        return new ByteLevelBpeTraining(limits, specialTokens, splitter, other);
    }

    public BpeVocabulary train(Iterable<String> documents, TrainingProgress progress) {
        return train(counting.count(documents, splitter, progress), progress);
    }

    public BpeVocabulary train(WordCounts words, TrainingProgress progress) {
        char[] chars = new char[256];
        for (int b = 0; b < 256; b++) {
            chars[b] = Alphabet.of(b);
        }
        Arrays.sort(chars);
        var symbols = new ArrayList<String>();
        int[] symbolOf = new int[256];
        for (char c : chars) {
            symbolOf[Alphabet.byteOf(c)] = symbols.size();
            symbols.add(String.valueOf(c));
        }
        int toLearn = limits.leftAfter(specialTokens.size() + symbols.size());
        var merger = new PairMerger(
                Cells.of(words, word -> symbols(word, symbolOf)),
                symbols,
                new HashSet<>(specialTokens),
                "",
                limits.maxPieceLength());
        List<Merge> merges = merger.learn(toLearn, limits.minFrequency(), progress);
        var pieces = new ArrayList<>(specialTokens);
        pieces.addAll(merger.pieces());
        return new BpeVocabulary(pieces, merges);
    }

    /// {@return the tokenizer that cuts words as they were cut in training}
    public Tokenizer tokenizer(BpeVocabulary learned) {
        return Assembly.byteLevel(learned, specialTokens, splitter);
    }

    private static int[] symbols(String word, int[] symbolOf) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        int[] symbols = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            symbols[i] = symbolOf[bytes[i] & 0xFF];
        }
        return symbols;
    }
}
