package dev.mokha.language.gguf;

import dev.mokha.language.decoder.SpecialIds;
import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Says a tokenizer in a file's keys: in those that llama.cpp reads, and whole, as `tokenizer.json`, for
/// readers that know that key.
final class TokenizerWriter {
    private static final float NO_MERGE = -1e9f;

    private final Tokenizer tokenizer;
    private final Bpe model;
    private final SpecialIds special;
    private final int rows;

    /// @param rows of the model's table; those without a token get one that is never used
    TokenizerWriter(Tokenizer tokenizer, SpecialIds special, int rows) {
        if (!(tokenizer.model() instanceof Bpe bpe)) {
            throw new IllegalArgumentException("GGUF files hold tokenizers of byte pairs here, not "
                    + tokenizer.model().getClass().getSimpleName());
        }
        if (tokenizer.idBound() > rows) {
            throw new IllegalArgumentException(
                    "the tokenizer has ids up to " + (tokenizer.idBound() - 1) + ", the model " + rows + " rows");
        }
        this.tokenizer = tokenizer;
        this.model = bpe;
        this.special = special;
        this.rows = rows;
    }

    /// @return what readers should know, such as that llama.cpp will cut text otherwise; empty when all is said
    List<String> write(Map<String, GgufValue> keys) {
        var notes = new ArrayList<String>();
        if (model.options().byteFallback()) {
            keys.put(TokenizerReader.MODEL, GgufValue.text("llama"));
            keys.put(TokenizerReader.SCORES, GgufValue.float32s(scores()));
            keys.put(TokenizerReader.ADD_SPACE, GgufValue.bool(addsSpace()));
        } else {
            keys.put(TokenizerReader.MODEL, GgufValue.text("gpt2"));
            @Nullable
            String cut =
                    SplitPatterns.name(tokenizer.preTokenizer(), model.options().ignoreMerges());
            if (cut == null) {
                notes.add("llama.cpp has no name for the way that this tokenizer cuts text into words; it will read"
                        + " the file, and may cut otherwise. Mokha reads the whole tokenizer.");
            }
            keys.put(TokenizerReader.PRE, GgufValue.text(Objects.requireNonNullElse(cut, "default")));
            keys.put(
                    TokenizerReader.MERGES,
                    GgufValue.texts(model.merges().stream()
                            .map(merge -> merge.left() + " " + merge.right())
                            .toList()));
        }
        tokens(keys);
        around(keys);
        keys.put(TokenizerReader.JSON, GgufValue.text(tokenizer.toJson()));
        return notes;
    }

    private void tokens(Map<String, GgufValue> keys) {
        var tokens = new ArrayList<String>();
        var types = new ArrayList<Integer>();
        SortedMap<Integer, AddedToken> added = tokenizer.addedTokensById();
        @Nullable String unknown = model.options().unkToken();
        for (int id = 0; id < rows; id++) {
            @Nullable String token = tokenizer.token(id);
            @Nullable AddedToken one = added.get(id);
            tokens.add(token == null ? "[PAD" + id + "]" : token);
            TokenType type = token == null
                    ? TokenType.UNUSED
                    : token.equals(unknown)
                            ? TokenType.UNKNOWN
                            : one != null
                                    ? one.special() ? TokenType.CONTROL : TokenType.USER_DEFINED
                                    : isByte(token) ? TokenType.BYTE : TokenType.NORMAL;
            types.add(type.number());
        }
        keys.put(TokenizerReader.TOKENS, GgufValue.texts(tokens));
        keys.put(TokenizerReader.TYPES, GgufValue.int32s(types));
    }

    private boolean isByte(String token) {
        return model.options().byteFallback() && token.matches("<0x[0-9A-F]{2}>");
    }

    /// A piece that merges make earlier has the better score.
    private List<Float> scores() {
        Map<String, Integer> ranks = new HashMap<>();
        for (Merge merge : model.merges()) {
            ranks.putIfAbsent(merge.left() + merge.right(), ranks.size());
        }
        var scores = new ArrayList<Float>(rows);
        for (int id = 0; id < rows; id++) {
            Integer rank = ranks.get(Objects.requireNonNullElse(tokenizer.token(id), ""));
            scores.add(rank == null ? NO_MERGE : -(float) rank);
        }
        return scores;
    }

    private boolean addsSpace() {
        boolean cut = tokenizer.preTokenizer() instanceof PreTokenizer.Metaspace space
                && space.prependScheme() != PreTokenizer.PrependScheme.NEVER;
        return cut || prepends(tokenizer.normalizer());
    }

    private static boolean prepends(@Nullable Normalizer normalizer) {
        return switch (normalizer) {
            case Normalizer.Prepend _ -> true;
            case Normalizer.Sequence(List<Normalizer> steps) -> steps.stream().anyMatch(TokenizerWriter::prepends);
            case null, default -> false;
        };
    }

    private void around(Map<String, GgufValue> keys) {
        int[] around = tokenizer.encodeIds("a", true);
        int[] alone = tokenizer.encodeIds("a", false);
        boolean begins = around.length > alone.length
                && Objects.equals(special.bos(), around[0]); // other tokens before a text are not said in GGUF
        boolean ends = around.length > alone.length && special.eos().contains(around[around.length - 1]);
        @Nullable String unknown = model.options().unkToken();
        if (unknown != null && tokenizer.id(unknown) >= 0) {
            keys.put(TokenizerReader.UNKNOWN, GgufValue.uint32(tokenizer.id(unknown)));
        }
        keys.put(TokenizerReader.ADD_BOS, GgufValue.bool(begins));
        keys.put(TokenizerReader.ADD_EOS, GgufValue.bool(ends));
    }
}
