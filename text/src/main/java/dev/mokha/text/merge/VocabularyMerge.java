package dev.mokha.text.merge;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.Buffers;
import dev.mokha.text.tokenizer.model.Pieces;
import dev.mokha.text.train.BpeVocabulary;
import dev.mokha.text.train.ByteLevelBpeTraining;
import dev.mokha.text.train.PreTokenizerSplitter;
import dev.mokha.text.train.SentencePieceBpeTraining;
import dev.mokha.text.train.TrainingLimits;
import dev.mokha.text.train.TrainingProgress;
import dev.mokha.text.train.WordCounting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// Appends learned pieces to the vocabulary of a BPE tokenizer, SentencePiece-style or byte-level.
///
/// Merges go after all of the base's, so the base's come first in every text. A learned list of merges doesn't
/// fit behind them as it is: where the base joins `ل` and `م`, a learned merge of `ال` and `م` never happens. So each
/// piece's merge is derived anew: the piece is encoded with the base and all that was added before it, and what is
/// left, two pieces as a rule, is its merge; where it is three or more, the pieces in between are added too. A
/// piece's own merges all rank before those added later, so it stays reachable; [#merge] checks every one of them
/// on the finished model.
///
/// The base's ids, special tokens and bytes don't change; text without a character of the scope is encoded as before.
///
/// @param maxPieces how many pieces to add at most, intermediates included
/// @param rowMultiple embedding rows are rounded up to a multiple of this: 1, or 64 or 128 as matrix units like it
public record VocabularyMerge(int maxPieces, int rowMultiple, MergeScope scope) {
    public VocabularyMerge {
        if (maxPieces < 0) {
            throw new IllegalArgumentException("maxPieces is " + maxPieces + "; it can't be negative");
        }
        if (rowMultiple < 1) {
            throw new IllegalArgumentException("rowMultiple is " + rowMultiple + "; 1 means no padding");
        }
    }

    /// Arabic, rows in multiples of 64.
    public static VocabularyMerge arabic(int maxPieces) {
        return new VocabularyMerge(maxPieces, 64, MergeScope.arabic());
    }

    /// Learns a vocabulary of the base's kind from text of the language, large enough for [#merge] to find
    /// `maxPieces` in it (a quarter more, since some are known or out of scope).
    public BpeVocabulary learn(
            Tokenizer base, Iterable<String> documents, WordCounting counting, TrainingProgress progress) {
        int vocabSize = Math.toIntExact(Math.min(Integer.MAX_VALUE, maxPieces * 5L / 4 + 2_000));
        return switch (BaseKind.of(base)) {
            case BYTE_LEVEL ->
                new ByteLevelBpeTraining(
                                TrainingLimits.of(vocabSize), List.of(), PreTokenizerSplitter.of(base), counting)
                        .train(documents, progress);
            case SENTENCE_PIECE ->
                SentencePieceBpeTraining.llama(vocabSize).withCounting(counting).train(documents, progress);
        };
    }

    /// Learns and merges.
    public MergedTokenizer extend(Tokenizer base, Iterable<String> documents, TrainingProgress progress) {
        return merge(base, learn(base, documents, WordCounting.standard(), progress));
    }

    /// @param learned of the base's kind: both SentencePiece-style or both byte-level, words cut in the same way
    public MergedTokenizer merge(Tokenizer base, BpeVocabulary learned) {
        var growth = new Growth(base);
        for (String piece : learned.pieces()) {
            if (piece.codePointCount(0, piece.length()) == 1) {
                growth.addCharacter(piece);
            }
        }
        for (String piece : learned.pieces()) {
            if (piece.codePointCount(0, piece.length()) > 1) {
                growth.addJoined(piece);
            }
        }
        return growth.finish();
    }

    /// A merge under way.
    private final class Growth {
        private final Tokenizer base;
        private final boolean byteLevel;
        private final GrowingBpe before;
        private final GrowingBpe growing;
        private final List<AddedPiece> added = new ArrayList<>();
        private int intermediates;
        private int known;
        private int outOfScope;

        Growth(Tokenizer base) {
            var reserved = new LinkedHashMap<String, Integer>();
            base.addedTokensById().forEach((id, token) -> reserved.put(token.content(), id));
            this.base = base;
            this.byteLevel = BaseKind.of(base) == BaseKind.BYTE_LEVEL;
            this.before = new GrowingBpe(BaseKind.bpe(base), reserved);
            this.growing = new GrowingBpe(BaseKind.bpe(base), reserved);
        }

        void addCharacter(String piece) {
            if (isNew(piece) && added.size() < maxPieces) {
                add(piece, false);
            }
        }

        void addJoined(String piece) {
            if (added.size() >= maxPieces || !isNew(piece)) {
                return;
            }
            int[] parts = growing.encodeKnown(piece);
            if (parts.length < 2 || !pathIsOpen(parts)) {
                outOfScope++;
                return;
            }
            int left = parts[0];
            for (int i = 1; i < parts.length; i++) {
                String joined = growing.piece(left) + growing.piece(parts[i]);
                growing.addMerge(left, parts[i]);
                left = growing.knows(joined) ? growing.id(joined) : add(joined, i < parts.length - 1);
            }
        }

        private int add(String piece, boolean intermediate) {
            int id = growing.add(piece);
            int[] baseIds = before.encode(piece);
            added.add(new AddedPiece(id, piece, Arrays.stream(baseIds).boxed().toList(), intermediate));
            intermediates += intermediate ? 1 : 0;
            return id;
        }

        private boolean isNew(String piece) {
            if (growing.knows(piece)) {
                known++;
                return false;
            }
            if (!admits(piece)) {
                outOfScope++;
                return false;
            }
            return true;
        }

        private boolean admits(String piece) {
            return byteLevel ? scope.admitsBytes(piece) : scope.admits(piece);
        }

        /// Whether the pieces on the way are of the scope too, and there is room for them.
        private boolean pathIsOpen(int[] parts) {
            var joined = new StringBuilder(growing.piece(parts[0]));
            for (int i = 1; i < parts.length; i++) {
                joined.append(growing.piece(parts[i]));
                if (!admits(joined.toString())) {
                    return false;
                }
            }
            return added.size() + parts.length - 1 <= maxPieces;
        }

        MergedTokenizer finish() {
            var model = new Bpe(
                    growing.vocab(), growing.merges(), BaseKind.bpe(base).options());
            requireReachable(model, added);
            Tokenizer tokenizer = Tokenizer.builder(model)
                    .normalizer(base.normalizer())
                    .preTokenizer(base.preTokenizer())
                    .postProcessor(base.postProcessor())
                    .decoder(base.decoder())
                    .truncation(base.truncation())
                    .padding(base.padding())
                    .addedTokens(base.addedTokens())
                    .build();
            int ids = before.nextId() + added.size();
            return new MergedTokenizer(
                    tokenizer,
                    before.nextId(),
                    added,
                    Math.ceilDiv(ids, rowMultiple) * rowMultiple,
                    new MergedTokenizer.Counts(added.size() - intermediates, intermediates, known, outOfScope));
        }
    }

    /// The proof on the finished model: each added piece's text is encoded as that piece.
    private static void requireReachable(Bpe model, List<AddedPiece> added) {
        var buffers = new Buffers();
        var out = new Pieces();
        for (AddedPiece piece : added) {
            char[] text = piece.piece().toCharArray();
            out.clear();
            model.tokenize(text, 0, text.length, buffers, out);
            if (out.count() != 1 || out.id(0) != piece.id()) {
                throw new IllegalStateException("the added piece " + piece.id() + " '" + piece.piece()
                        + "' is not reachable: its text is encoded as " + Arrays.toString(out.toIds()));
            }
        }
    }
}
