package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.PostProcessor.Piece;
import dev.mokha.text.tokenizer.PostProcessor.SpecialToken;
import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Model;
import dev.mokha.text.tokenizer.model.Unigram;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordLevel;
import dev.mokha.text.tokenizer.model.WordPiece;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a tokenizer as Hugging Face does, key by key.
final class JsonWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonWriter() {}

    static String write(Tokenizer tokenizer) {
        var root = NODES.objectNode();
        root.put("version", "1.0");
        put(root, "truncation", tokenizer.truncation(), JsonWriter::truncation);
        put(root, "padding", tokenizer.padding(), JsonWriter::padding);
        var added = root.putArray("added_tokens");
        tokenizer
                .addedTokensById()
                .forEach((id, token) -> added.addObject()
                        .put("id", id)
                        .put("content", token.content())
                        .put("single_word", token.singleWord())
                        .put("lstrip", token.lstrip())
                        .put("rstrip", token.rstrip())
                        .put("normalized", token.normalized())
                        .put("special", token.special()));
        put(root, "normalizer", tokenizer.normalizer(), JsonWriter::normalizer);
        put(root, "pre_tokenizer", tokenizer.preTokenizer(), JsonWriter::preTokenizer);
        put(root, "post_processor", tokenizer.postProcessor(), JsonWriter::postProcessor);
        put(root, "decoder", tokenizer.decoder(), JsonWriter::decoder);
        root.set("model", model(tokenizer.model()));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static <T> void put(ObjectNode to, String key, @Nullable T value, Function<T, ObjectNode> writer) {
        to.set(key, value == null ? NODES.nullNode() : writer.apply(value));
    }

    private static ObjectNode typed(String type) {
        return NODES.objectNode().put("type", type);
    }

    private static <T> ObjectNode sequence(String key, List<T> parts, Function<T, ObjectNode> writer) {
        var out = typed("Sequence");
        var list = out.putArray(key);
        parts.forEach(part -> list.add(writer.apply(part)));
        return out;
    }

    private static String side(Side side) {
        return side == Side.LEFT ? "Left" : "Right";
    }

    private static ObjectNode truncation(Truncation truncation) {
        String strategy = switch (truncation.strategy()) {
            case LONGEST_FIRST -> "LongestFirst";
            case ONLY_FIRST -> "OnlyFirst";
            case ONLY_SECOND -> "OnlySecond";
        };
        return NODES.objectNode()
                .put("direction", side(truncation.direction()))
                .put("max_length", truncation.maxLength())
                .put("strategy", strategy)
                .put("stride", truncation.stride());
    }

    private static ObjectNode padding(Padding padding) {
        var out = NODES.objectNode();
        if (padding.fixedLength() > 0) {
            out.putObject("strategy").put("Fixed", padding.fixedLength());
        } else {
            out.put("strategy", "BatchLongest");
        }
        out.put("direction", side(padding.direction()));
        if (padding.padToMultipleOf() > 0) {
            out.put("pad_to_multiple_of", padding.padToMultipleOf());
        } else {
            out.putNull("pad_to_multiple_of");
        }
        return out.put("pad_id", padding.padId())
                .put("pad_type_id", padding.padTypeId())
                .put("pad_token", padding.padToken());
    }

    private static ObjectNode normalizer(Normalizer normalizer) {
        return switch (normalizer) {
            case Normalizer.Sequence(List<Normalizer> parts) -> sequence("normalizers", parts, JsonWriter::normalizer);
            case Normalizer.Unicode(var form) -> typed(form.name());
            case Normalizer.Lowercase _ -> typed("Lowercase");
            case Normalizer.StripAccents _ -> typed("StripAccents");
            case Normalizer.Strip(boolean left, boolean right) ->
                typed("Strip").put("strip_left", left).put("strip_right", right);
            case Normalizer.Prepend(String prepend) -> typed("Prepend").put("prepend", prepend);
            case Normalizer.Replace(TextPattern pattern, String content) -> replace(pattern, content);
            case Normalizer.ByteLevel _ -> typed("ByteLevel");
            case Normalizer.Nmt _ -> typed("Nmt");
            case Normalizer.Bert bert -> {
                var out = typed("BertNormalizer")
                        .put("clean_text", bert.cleanText())
                        .put("handle_chinese_chars", bert.handleChineseChars());
                if (bert.stripAccents() == null) {
                    out.putNull("strip_accents");
                } else {
                    out.put("strip_accents", bert.stripAccents().booleanValue());
                }
                yield out.put("lowercase", bert.lowercase());
            }
            case Normalizer.Precompiled(var map) ->
                typed("Precompiled")
                        .put("precompiled_charsmap", Base64.getEncoder().encodeToString(map.blob()));
        };
    }

    private static ObjectNode replace(TextPattern pattern, String content) {
        var out = typed("Replace");
        out.set("pattern", pattern(pattern));
        return out.put("content", content);
    }

    private static ObjectNode pattern(TextPattern pattern) {
        return switch (pattern) {
            case TextPattern.Literal(String text) -> NODES.objectNode().put("String", text);
            case TextPattern.Regex regex -> NODES.objectNode().put("Regex", regex.source());
        };
    }

    private static ObjectNode preTokenizer(PreTokenizer preTokenizer) {
        return switch (preTokenizer) {
            case PreTokenizer.Sequence(List<PreTokenizer> parts) ->
                sequence("pretokenizers", parts, JsonWriter::preTokenizer);
            case PreTokenizer.ByteLevel(boolean prefix, boolean trim, boolean regex) -> byteLevel(prefix, trim, regex);
            case PreTokenizer.Metaspace(int mark, var scheme, boolean split) -> metaspace(mark, scheme, split);
            case PreTokenizer.Split(TextPattern pattern, var behavior, boolean invert) -> {
                var out = typed("Split");
                out.set("pattern", pattern(pattern));
                yield out.put("behavior", behavior.json()).put("invert", invert);
            }
            case PreTokenizer.Whitespace _ -> typed("Whitespace");
            case PreTokenizer.WhitespaceSplit _ -> typed("WhitespaceSplit");
            case PreTokenizer.Punctuation(var behavior) -> typed("Punctuation").put("behavior", behavior.json());
            case PreTokenizer.Digits(boolean each) -> typed("Digits").put("individual_digits", each);
            case PreTokenizer.Bert _ -> typed("BertPreTokenizer");
            case PreTokenizer.CharDelimiterSplit(int delimiter) ->
                typed("CharDelimiterSplit").put("delimiter", Character.toString(delimiter));
            case PreTokenizer.FixedLength(int length) -> typed("FixedLength").put("length", length);
        };
    }

    private static ObjectNode byteLevel(boolean prefix, boolean trim, boolean regex) {
        return typed("ByteLevel")
                .put("add_prefix_space", prefix)
                .put("trim_offsets", trim)
                .put("use_regex", regex);
    }

    private static ObjectNode metaspace(int mark, PreTokenizer.PrependScheme scheme, boolean split) {
        return typed("Metaspace")
                .put("replacement", Character.toString(mark))
                .put("prepend_scheme", scheme.name().toLowerCase(Locale.ROOT))
                .put("split", split);
    }

    private static ObjectNode postProcessor(PostProcessor processor) {
        return switch (processor) {
            case PostProcessor.Sequence(List<PostProcessor> parts) ->
                sequence("processors", parts, JsonWriter::postProcessor);
            case PostProcessor.ByteLevel(boolean prefix, boolean trim, boolean regex) -> byteLevel(prefix, trim, regex);
            case PostProcessor.TemplateProcessing(List<Piece> single, List<Piece> pair, var tokens) -> {
                var out = typed("TemplateProcessing");
                pieces(single, out.putArray("single"));
                pieces(pair, out.putArray("pair"));
                var special = out.putObject("special_tokens");
                new TreeMap<>(tokens).forEach((name, token) -> specialToken(special.putObject(name), token));
                yield out;
            }
            case PostProcessor.Bert(SpecialToken sep, SpecialToken cls) -> {
                var out = typed("BertProcessing");
                pair(out, "sep", sep);
                pair(out, "cls", cls);
                yield out;
            }
            case PostProcessor.Roberta(SpecialToken sep, SpecialToken cls, boolean trim, boolean prefix) -> {
                var out = typed("RobertaProcessing");
                pair(out, "sep", sep);
                pair(out, "cls", cls);
                yield out.put("trim_offsets", trim).put("add_prefix_space", prefix);
            }
        };
    }

    private static void pair(ObjectNode out, String key, SpecialToken token) {
        out.putArray(key).add(token.tokens().getFirst()).add(token.ids().getFirst());
    }

    private static void pieces(List<Piece> pieces, ArrayNode out) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(boolean second, int typeId) ->
                    out.addObject()
                            .putObject("Sequence")
                            .put("id", second ? "B" : "A")
                            .put("type_id", typeId);
                case Piece.Special(String id, int typeId) ->
                    out.addObject().putObject("SpecialToken").put("id", id).put("type_id", typeId);
            }
        }
    }

    private static void specialToken(ObjectNode out, SpecialToken token) {
        out.put("id", token.id());
        var ids = out.putArray("ids");
        token.ids().forEach(ids::add);
        var tokens = out.putArray("tokens");
        token.tokens().forEach(tokens::add);
    }

    private static ObjectNode decoder(Decoder decoder) {
        return switch (decoder) {
            case Decoder.Sequence(List<Decoder> parts) -> sequence("decoders", parts, JsonWriter::decoder);
            case Decoder.ByteLevel(boolean prefix, boolean trim, boolean regex) -> byteLevel(prefix, trim, regex);
            case Decoder.ByteFallback _ -> typed("ByteFallback");
            case Decoder.Fuse _ -> typed("Fuse");
            case Decoder.Strip(int content, int start, int stop) ->
                typed("Strip")
                        .put("content", Character.toString(content))
                        .put("start", start)
                        .put("stop", stop);
            case Decoder.Metaspace(int mark, var scheme, boolean split) -> metaspace(mark, scheme, split);
            case Decoder.Replace(TextPattern pattern, String content) -> replace(pattern, content);
            case Decoder.WordPiece(String prefix, boolean cleanup) ->
                typed("WordPiece").put("prefix", prefix).put("cleanup", cleanup);
            case Decoder.Bpe(String suffix) -> typed("BPEDecoder").put("suffix", suffix);
            case Decoder.Ctc(String pad, String delimiter, boolean cleanup) ->
                typed("CTC")
                        .put("pad_token", pad)
                        .put("word_delimiter_token", delimiter)
                        .put("cleanup", cleanup);
        };
    }

    private static ObjectNode model(Model model) {
        return switch (model) {
            case Bpe bpe -> bpe(bpe);
            case Unigram unigram -> {
                var out = typed("Unigram");
                if (unigram.unkId() < 0) {
                    out.putNull("unk_id");
                } else {
                    out.put("unk_id", unigram.unkId());
                }
                var list = out.putArray("vocab");
                for (Unigram.Scored piece : unigram.pieces()) {
                    list.addArray().add(piece.piece()).add(piece.score());
                }
                yield out.put("byte_fallback", unigram.byteFallback());
            }
            case WordPiece wordPiece -> {
                var out = typed("WordPiece")
                        .put("unk_token", wordPiece.unkToken())
                        .put("continuing_subword_prefix", wordPiece.continuingSubwordPrefix())
                        .put("max_input_chars_per_word", wordPiece.maxInputCharsPerWord());
                vocab(wordPiece.vocab(), out);
                yield out;
            }
            case WordLevel(Vocab vocab, String unk) -> {
                var out = typed("WordLevel");
                vocab(vocab, out);
                yield out.put("unk_token", unk);
            }
        };
    }

    private static ObjectNode bpe(Bpe bpe) {
        var options = bpe.options();
        var out = typed("BPE")
                .put("dropout", options.dropout())
                .put("unk_token", options.unkToken())
                .put("continuing_subword_prefix", options.continuingSubwordPrefix())
                .put("end_of_word_suffix", options.endOfWordSuffix())
                .put("fuse_unk", options.fuseUnk())
                .put("byte_fallback", options.byteFallback())
                .put("ignore_merges", options.ignoreMerges());
        vocab(bpe.vocab(), out);
        var merges = out.putArray("merges");
        for (Merge merge : bpe.merges()) {
            merges.addArray().add(merge.left()).add(merge.right());
        }
        return out;
    }

    private static void vocab(Vocab vocab, ObjectNode out) {
        var map = out.putObject("vocab");
        vocab.toMap().forEach(map::put);
    }
}
