package dev.mokha.language.masking;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.WordPiece;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What masking has to know of a vocabulary: its special pieces, all its ids, and which pieces go on with a
/// word.
public final class Pieces {
    private final Special special;
    private final int[] ids;
    private final BitSet continuing;

    /// The pieces that an example is built with.
    ///
    /// @param cls stands first
    /// @param sep ends each segment
    /// @param mask stands where the model predicts
    public record Special(int cls, int sep, int mask) {
        public Special {
            if (cls < 0 || sep < 0 || mask < 0) {
                throw new IllegalArgumentException(
                        "ids are not negative: [CLS] " + cls + ", [SEP] " + sep + ", [MASK] " + mask);
            }
        }
    }

    private Pieces(Special special, int[] ids, BitSet continuing) {
        this.special = special;
        this.ids = ids;
        this.continuing = continuing;
    }

    /// A vocabulary of the ids 0 to `vocab − 1`.
    ///
    /// @param continuing the pieces that go on with a word, such as `##ing`
    public static Pieces of(Special special, int vocab, BitSet continuing) {
        int[] ids = new int[vocab];
        for (int i = 0; i < vocab; i++) {
            ids[i] = i;
        }
        return new Pieces(special, ids, (BitSet) continuing.clone());
    }

    /// Those of a tokenizer, under the names of BERT (`[CLS]`, `[SEP]`, `[MASK]`) or RoBERTa (`<s>`, `</s>`,
    /// `<mask>`). A piece goes on with a word when it carries WordPiece's prefix, or lacks the space that
    /// begins words in byte-level (`Ġ`) and SentencePiece (`▁`) vocabularies.
    ///
    /// @throws IllegalArgumentException when a special piece is missing
    public static Pieces of(Tokenizer tokenizer) {
        var special = new Special(
                id(tokenizer, "[CLS]", "<s>"), id(tokenizer, "[SEP]", "</s>"), id(tokenizer, "[MASK]", "<mask>"));
        Map<String, Integer> vocab = tokenizer.vocab();
        Predicate<String> goesOn = continuation(tokenizer, vocab);
        var continuing = new BitSet();
        int[] ids = new int[vocab.size()];
        int at = 0;
        for (var entry : vocab.entrySet()) {
            ids[at++] = entry.getValue();
            if (!tokenizer.isSpecial(entry.getValue()) && goesOn.test(entry.getKey())) {
                continuing.set(entry.getValue());
            }
        }
        return new Pieces(special, ids, continuing);
    }

    private static Predicate<String> continuation(Tokenizer tokenizer, Map<String, Integer> vocab) {
        if (tokenizer.model() instanceof WordPiece) {
            return piece -> piece.startsWith("##");
        }
        for (String space : List.of("\u0120", "\u2581")) {
            if (vocab.keySet().stream().anyMatch(piece -> piece.startsWith(space))) {
                return piece -> !piece.startsWith(space);
            }
        }
        return _ -> false;
    }

    private static int id(Tokenizer tokenizer, String bert, String roberta) {
        int id = tokenizer.id(bert);
        if (id < 0) {
            id = tokenizer.id(roberta);
        }
        if (id < 0) {
            throw new IllegalArgumentException("the tokenizer has neither " + bert + " nor " + roberta
                    + ": it is not one of a masked language model; train one with --kind wordpiece, or add the piece");
        }
        return id;
    }

    /// {@return the pieces an example is built with}
    public Special special() {
        return special;
    }

    /// {@return how many pieces there are, special ones included}
    public int count() {
        return ids.length;
    }

    /// {@return the id of a piece by its number, from 0: the same as the number where ids have no holes}
    public int id(int number) {
        return ids[number];
    }

    /// {@return whether a piece goes on with the word of the piece before}
    public boolean continues(int id) {
        return continuing.get(id);
    }

    /// {@return whether a token is never masked: `[CLS]` or `[SEP]`}
    public boolean frames(int id) {
        return id == special.cls || id == special.sep;
    }
}
