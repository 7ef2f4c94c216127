package dev.mokha.text.train;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// Learns a SentencePiece-style BPE vocabulary, [Kudo and Richardson 2018](https://arxiv.org/abs/1808.06226):
/// symbols are characters, a space is `▁`, text is not normalised, and with byte fallback a character outside the
/// alphabet becomes its UTF-8 bytes.
///
/// Ids as in Llama 2: control tokens, `<0x00>` to `<0xFF>`, pieces in the order learned, then single characters,
/// frequent ones first. Where counts are equal, the pair goes first whose left symbol has the lower code point or was
/// learned earlier (single characters before pieces), then the right; SentencePiece itself prefers shorter pieces.
///
/// @param controlTokens first the unknown token; by custom `<unk>`, `<s>`, `</s>`
/// @param characterCoverage the share of the text's characters that get a piece of their own; SentencePiece's
///     default is 0.9995
/// @param byteFallback whether the 256 byte pieces are there
public record SentencePieceBpeTraining(
        TrainingLimits limits,
        List<String> controlTokens,
        double characterCoverage,
        boolean byteFallback,
        SentencePieceSplitter splitter,
        WordCounting counting) {
    public SentencePieceBpeTraining {
        controlTokens = List.copyOf(controlTokens);
        if (controlTokens.isEmpty()) {
            throw new IllegalArgumentException("controlTokens is empty; the first has to be the unknown token");
        }
        if (!(characterCoverage > 0 && characterCoverage <= 1)) {
            throw new IllegalArgumentException(
                    "characterCoverage is " + characterCoverage + "; it is a share, above 0 and up to 1");
        }
    }

    /// The options that Llama 2's own model was trained with: pieces of up to 16 characters, digits apart.
    public static SentencePieceBpeTraining llama(int vocabSize) {
        return new SentencePieceBpeTraining(
                TrainingLimits.of(vocabSize).withMaxPieceLength(16),
                List.of("<unk>", "<s>", "</s>"),
                0.9995,
                true,
                SentencePieceSplitter.llama(),
                WordCounting.standard());
    }

    public SentencePieceBpeTraining withCounting(WordCounting other) {
        return new SentencePieceBpeTraining(limits, controlTokens, characterCoverage, byteFallback, splitter, other);
    }

    /// The name of a byte's piece: `<0x0A>`.
    public static String bytePiece(int unsignedByte) {
        return String.format(Locale.ROOT, "<0x%02X>", unsignedByte);
    }

    public BpeVocabulary train(Iterable<String> documents, TrainingProgress progress) {
        return train(counting.count(documents, splitter, progress), progress);
    }

    public BpeVocabulary train(WordCounts words, TrainingProgress progress) {
        List<Integer> required = List.of((int) SentencePieceSplitter.SPACE_MARK);
        CharacterAlphabet alphabet = CharacterAlphabet.of(words, required).covering(characterCoverage, required);
        var symbols = new ArrayList<String>();
        var symbolOf = new HashMap<Integer, Integer>();
        for (int c : alphabet.byCodePoint()) {
            symbolOf.put(c, symbols.size());
            symbols.add(Character.toString(c));
        }
        var pieces = new ArrayList<>(controlTokens);
        for (int b = 0; byteFallback && b < 256; b++) {
            pieces.add(bytePiece(b));
        }
        int toLearn = limits.leftAfter(pieces.size() + symbols.size());
        var merger = new PairMerger(
                Cells.of(
                        words,
                        word -> word.codePoints()
                                .map(c -> symbolOf.getOrDefault(c, Cells.EDGE))
                                .toArray()),
                symbols,
                new HashSet<>(pieces),
                "",
                limits.maxPieceLength());
        List<Merge> merges = merger.learn(toLearn, limits.minFrequency(), progress);
        List<String> learned = merger.pieces();
        pieces.addAll(learned.subList(symbols.size(), learned.size()));
        alphabet.byFrequency().forEach(c -> pieces.add(Character.toString(c)));
        return new BpeVocabulary(pieces, merges);
    }

    /// {@return the tokenizer, in the shape of Llama 2's `tokenizer.json`; `<s>` goes before texts if there is one}
    public Tokenizer tokenizer(BpeVocabulary learned) {
        return Assembly.sentencePiece(learned, controlTokens, byteFallback, splitter.dummyPrefix());
    }
}
