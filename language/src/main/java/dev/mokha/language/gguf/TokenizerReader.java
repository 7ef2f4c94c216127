package dev.mokha.language.gguf;

import dev.mokha.text.tokenizer.AddedToken;
import dev.mokha.text.tokenizer.Decoder;
import dev.mokha.text.tokenizer.PostProcessor;
import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the tokenizer that a file's `tokenizer.ggml` keys describe: byte-level pieces and merges (`gpt2`),
/// or the pieces and scores of a SentencePiece model of byte pairs (`llama`). A whole `tokenizer.json` in
/// `tokenizer.huggingface.json` wins over both.
final class TokenizerReader {
    static final String JSON = "tokenizer.huggingface.json";
    static final String MODEL = "tokenizer.ggml.model";
    static final String PRE = "tokenizer.ggml.pre";
    static final String TOKENS = "tokenizer.ggml.tokens";
    static final String TYPES = "tokenizer.ggml.token_type";
    static final String SCORES = "tokenizer.ggml.scores";
    static final String MERGES = "tokenizer.ggml.merges";
    static final String BOS = "tokenizer.ggml.bos_token_id";
    static final String EOS = "tokenizer.ggml.eos_token_id";
    static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";
    static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    static final String ADD_EOS = "tokenizer.ggml.add_eos_token";
    static final String ADD_SPACE = "tokenizer.ggml.add_space_prefix";
    static final String MARK = "\u2581";

    private final GgufKeys keys;
    private final List<String> tokens;
    private final List<Long> types;

    TokenizerReader(GgufKeys keys) {
        this.keys = keys;
        this.tokens = Objects.requireNonNullElse(keys.list(TOKENS, String.class, "texts"), List.of());
        this.types = Objects.requireNonNullElse(keys.list(TYPES, Long.class, "whole numbers"), List.of());
        if (!types.isEmpty() && types.size() != tokens.size()) {
            throw new GgufException(
                    keys.path(), "has " + tokens.size() + " tokens and " + types.size() + " types of tokens");
        }
    }

    /// {@return the tokens in the order of their ids; empty when there are none}
    List<String> tokens() {
        return tokens;
    }

    /// {@return the kind of a token}
    TokenType type(int id) {
        return types.isEmpty() ? TokenType.NORMAL : TokenType.of(types.get(id));
    }

    /// {@return the id that a key names or, in a SentencePiece model, what such models usually have}
    @Nullable
    Integer id(String key) {
        if (!keys.has(key) && keys.text(MODEL, "").equals("llama")) {
            return switch (key) {
                case BOS -> tokens.size() > 1 ? 1 : null;
                case EOS -> tokens.size() > 2 ? 2 : null;
                case UNKNOWN -> tokens.isEmpty() ? null : 0;
                default -> null;
            };
        }
        return keys.id(key, tokens.isEmpty() ? Integer.MAX_VALUE : tokens.size());
    }

    Tokenizer read() {
        try {
            return keys.has(JSON) ? Tokenizer.parse(keys.text(JSON), keys.path() + ", " + JSON) : described();
        } catch (GgufException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new GgufException(keys.path(), "has a tokenizer that cannot be used: " + e.getMessage(), e);
        }
    }

    private Tokenizer described() {
        String model = keys.text(MODEL);
        return switch (model) {
            case "gpt2" -> byteLevel();
            case "llama" -> sentencePiece();
            default -> throw keys.wrong(MODEL, "gpt2 and llama are read here");
        };
    }

    private Tokenizer byteLevel() {
        SplitPatterns kind = SplitPatterns.of(keys, PRE);
        List<String> listed = Objects.requireNonNullElse(keys.list(MERGES, String.class, "texts"), List.of());
        var merges = new ArrayList<Merge>(listed.size());
        for (String line : listed) {
            int space = line.indexOf(' ', 1);
            if (space < 0) {
                throw new GgufException(keys.path(), "has a merge '" + line + "' without a space in " + MERGES);
            }
            merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
        }
        // Special tokens at the end are no pieces, as in tokenizer.json; elsewhere they hold their places.
        int pieces = tokens.size();
        while (pieces > 0 && type(pieces - 1).isAdded()) {
            pieces--;
        }
        return Tokenizer.builder(new Bpe(
                        Vocab.inOrder(tokens.subList(0, pieces)),
                        merges,
                        BpeOptions.byteLevel().withIgnoreMerges(kind.ignoreMerges())))
                .normalizer(kind.normalizer())
                .preTokenizer(kind.preTokenizer())
                .postProcessor(around(keys.flag(ADD_BOS, kind.beginsText()), keys.flag(ADD_EOS, false)))
                .decoder(new Decoder.ByteLevel(true, true, true))
                .addedTokens(added())
                .build();
    }

    private Tokenizer sentencePiece() {
        List<Double> scores = keys.list(SCORES, Double.class, "numbers");
        if (scores == null || scores.size() != tokens.size()) {
            throw new GgufException(keys.path(), "needs as many scores in " + SCORES + " as tokens");
        }
        Integer unknown = id(UNKNOWN);
        Vocab vocab = Vocab.inOrder(tokens);
        boolean prefix = keys.flag(ADD_SPACE, true);
        var space = new TextPattern.Literal(" ");
        var marked = new Normalizer.Replace(space, MARK);
        var decoders = new ArrayList<Decoder>(List.of(
                new Decoder.Replace(new TextPattern.Literal(MARK), " "),
                new Decoder.ByteFallback(),
                new Decoder.Fuse()));
        if (prefix) {
            decoders.add(new Decoder.Strip(' ', 1, 0));
        }
        return Tokenizer.builder(new Bpe(
                        vocab,
                        merges(vocab, scores),
                        new BpeOptions(
                                null, unknown == null ? null : tokens.get(unknown), null, null, true, true, false)))
                .normalizer(prefix ? new Normalizer.Sequence(List.of(new Normalizer.Prepend(MARK), marked)) : marked)
                .postProcessor(around(keys.flag(ADD_BOS, true), keys.flag(ADD_EOS, false)))
                .decoder(new Decoder.Sequence(decoders))
                .addedTokens(added())
                .build();
    }

    /// The merges that make the pieces, best score first: every way to cut a piece into two others, as
    /// transformers converts such models.
    private List<Merge> merges(Vocab vocab, List<Double> scores) {
        record Scored(double score, Merge merge) {}
        var all = new ArrayList<Scored>();
        for (int id = 0; id < tokens.size(); id++) {
            if (!type(id).isPiece()) {
                continue;
            }
            String piece = tokens.get(id);
            for (int at = 1; at < piece.length(); at++) {
                if (Character.isLowSurrogate(piece.charAt(at))) {
                    continue;
                }
                var merge = new Merge(piece.substring(0, at), piece.substring(at));
                if (vocab.id(merge.left()) >= 0 && vocab.id(merge.right()) >= 0) {
                    all.add(new Scored(scores.get(id), merge));
                }
            }
        }
        all.sort(Comparator.comparingDouble(Scored::score)
                .thenComparingInt(one -> length(one.merge.left()))
                .thenComparingInt(one -> length(one.merge.right()))
                .reversed()
                .thenComparingInt(one -> vocab.id(one.merge.left())));
        return all.stream().map(Scored::merge).toList();
    }

    private static int length(String piece) {
        return piece.codePointCount(0, piece.length());
    }

    private List<AddedToken> added() {
        var added = new ArrayList<AddedToken>();
        for (int id = 0; id < tokens.size(); id++) {
            switch (type(id)) {
                case CONTROL, UNKNOWN -> added.add(AddedToken.special(tokens.get(id)));
                case USER_DEFINED -> added.add(new AddedToken(tokens.get(id), false, false, false, false, false));
                case NORMAL, UNUSED, BYTE -> {}
            }
        }
        return added;
    }

    private @Nullable PostProcessor around(boolean begins, boolean ends) {
        Integer bos = begins ? id(BOS) : null;
        Integer eos = ends ? id(EOS) : null;
        if (bos == null && eos == null) {
            return null;
        }
        Map<String, PostProcessor.SpecialToken> special = new TreeMap<>();
        return new PostProcessor.TemplateProcessing(
                template(bos, eos, special, 1), template(bos, eos, special, 2), special);
    }

    private List<PostProcessor.Piece> template(
            @Nullable Integer bos, @Nullable Integer eos, Map<String, PostProcessor.SpecialToken> special, int texts) {
        var pieces = new ArrayList<PostProcessor.Piece>();
        for (int text = 0; text < texts; text++) {
            addSpecial(bos, special, pieces, text);
            pieces.add(new PostProcessor.Piece.Text(text == 1, text));
            addSpecial(eos, special, pieces, text);
        }
        return pieces;
    }

    private void addSpecial(
            @Nullable Integer id,
            Map<String, PostProcessor.SpecialToken> special,
            List<PostProcessor.Piece> pieces,
            int typeId) {
        if (id != null) {
            String token = tokens.get(id);
            special.put(token, PostProcessor.SpecialToken.of(token, id));
            pieces.add(new PostProcessor.Piece.Special(token, typeId));
        }
    }
}
