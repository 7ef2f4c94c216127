package dev.mokha.text.train;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.normal.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;

/// Learns a WordPiece vocabulary the way Hugging Face `tokenizers`' `WordPieceTrainer` does: BPE over characters,
/// those inside a word marked `##`, merging the most frequent pair; the merges are then forgotten and the pieces kept.
/// (The score `count(ab) / (count(a) count(b))` that some describe as BERT's is not what that trainer uses.)
///
/// Ids: special tokens, single characters by code point, `##` characters by code point, pieces in the order
/// learned. That trainer numbers the `##` characters in the order of a hash table, so where counts are equal its
/// runs differ from one another; ours don't.
///
/// @param alphabetLimit the single characters to keep, the most frequent; a word is cut at any other
public record WordPieceTraining(
        TrainingLimits limits,
        List<String> specialTokens,
        int alphabetLimit,
        String continuing,
        BertSplitter splitter,
        WordCounting counting) {
    public WordPieceTraining {
        specialTokens = List.copyOf(specialTokens);
        if (alphabetLimit < 1) {
            throw new IllegalArgumentException("alphabetLimit is " + alphabetLimit + "; it has to be 1 or more");
        }
        if (continuing.isEmpty()) {
            throw new IllegalArgumentException("continuing is empty; WordPiece marks pieces inside words, as with ##");
        }
    }

    /// BERT's five special tokens and words; 1,000 characters. The text is cleaned as BERT does,
    /// its letters are kept: see [#withNormalizer] for an uncased model.
    public static WordPieceTraining bert(int vocabSize) {
        return new WordPieceTraining(
                TrainingLimits.of(vocabSize),
                List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                1000,
                "##",
                new BertSplitter(new Normalizer.Bert(true, true, false, false)),
                WordCounting.standard());
    }

    public WordPieceTraining withNormalizer(Normalizer normalizer) {
        var words = new BertSplitter(normalizer);
        return new WordPieceTraining(limits, specialTokens, alphabetLimit, continuing, words, counting);
    }

    /// {@return the pieces in the order of their ids}
    public List<String> train(Iterable<String> documents, TrainingProgress progress) {
        return train(counting.count(documents, splitter, progress), progress);
    }

    /// {@return the pieces in the order of their ids}
    public List<String> train(WordCounts words, TrainingProgress progress) {
        CharacterAlphabet alphabet = CharacterAlphabet.of(words, List.of()).limited(alphabetLimit, List.of());
        var symbols = new ArrayList<String>();
        var first = new HashMap<Integer, Integer>();
        var inside = new HashMap<Integer, Integer>();
        for (int c : alphabet.byCodePoint()) {
            first.put(c, symbols.size());
            symbols.add(Character.toString(c));
        }
        for (int c : insideWords(words, alphabet)) {
            inside.put(c, symbols.size());
            symbols.add(continuing + Character.toString(c));
        }
        var merger = new PairMerger(
                Cells.of(words, word -> {
                    int[] symbolsOfWord = word.codePoints()
                            .map(c -> inside.getOrDefault(c, Cells.EDGE))
                            .toArray();
                    symbolsOfWord[0] = first.getOrDefault(word.codePointAt(0), Cells.EDGE);
                    return symbolsOfWord;
                }),
                symbols,
                new HashSet<>(specialTokens),
                continuing,
                limits.maxPieceLength());
        int toLearn = limits.leftAfter(specialTokens.size() + symbols.size());
        merger.learn(toLearn, limits.minFrequency(), progress);
        var pieces = new ArrayList<>(specialTokens);
        pieces.addAll(merger.pieces());
        return pieces;
    }

    /// {@return the tokenizer: BERT's words, `[CLS]` and `[SEP]` around them if they are among the special tokens}
    public Tokenizer tokenizer(List<String> pieces) {
        return Assembly.wordPiece(pieces, specialTokens, continuing, splitter.normalizer());
    }

    private static TreeSet<Integer> insideWords(WordCounts words, CharacterAlphabet alphabet) {
        var inside = new TreeSet<Integer>();
        for (int i = 0; i < words.size(); i++) {
            words.word(i).codePoints().skip(1).forEach(inside::add);
        }
        inside.retainAll(alphabet.counts().keySet());
        return inside;
    }
}
