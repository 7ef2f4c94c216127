package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.PostProcessor.Piece;
import dev.mokha.text.tokenizer.PostProcessor.SpecialToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads post-processors and decoders from JSON.
final class JsonEnds {
    private JsonEnds() {}

    static PostProcessor postProcessor(JsonAt at) {
        JsonAt type = at.need("type");
        return JsonReader.made(at, part -> switch (type.text()) {
            case "Sequence" ->
                new PostProcessor.Sequence(part.need("processors").items().stream()
                        .map(JsonEnds::postProcessor)
                        .toList());
            case "ByteLevel" ->
                new PostProcessor.ByteLevel(
                        part.bool("add_prefix_space"), part.bool("trim_offsets"), part.bool("use_regex", true));
            case "TemplateProcessing" -> template(part);
            case "BertProcessing" -> new PostProcessor.Bert(tokenAndId(part.need("sep")), tokenAndId(part.need("cls")));
            case "RobertaProcessing" ->
                new PostProcessor.Roberta(
                        tokenAndId(part.need("sep")),
                        tokenAndId(part.need("cls")),
                        part.bool("trim_offsets"),
                        part.bool("add_prefix_space"));
            default ->
                throw type.error(
                        "the post-processor type \"" + type.text() + "\" is not supported; supported: Sequence,"
                                + " ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing");
        });
    }

    private static SpecialToken tokenAndId(JsonAt at) {
        if (!at.node().isArray() || at.node().size() != 2) {
            throw at.error("expected [token, id]");
        }
        return SpecialToken.of(at.item(0).text(), at.item(1).count());
    }

    private static PostProcessor template(JsonAt at) {
        Map<String, SpecialToken> tokens = new LinkedHashMap<>();
        JsonAt special = at.maybe("special_tokens");
        if (special != null) {
            special.entries((name, entry) -> tokens.put(
                    name,
                    JsonReader.made(
                            entry,
                            e -> new SpecialToken(
                                    e.text("id"),
                                    e.need("ids").items().stream()
                                            .map(JsonAt::count)
                                            .toList(),
                                    e.need("tokens").items().stream()
                                            .map(JsonAt::text)
                                            .toList()))));
        }
        return new PostProcessor.TemplateProcessing(pieces(at.need("single")), pieces(at.need("pair")), tokens);
    }

    private static List<Piece> pieces(JsonAt at) {
        var out = new ArrayList<Piece>();
        for (JsonAt item : at.items()) {
            JsonAt text = item.maybe("Sequence");
            if (text != null) {
                String id = text.text("id");
                if (!id.equals("A") && !id.equals("B")) {
                    throw text.error("a sequence is \"A\" or \"B\", not \"" + id + "\"");
                }
                out.add(new Piece.Text(id.equals("B"), text.need("type_id").count()));
            } else {
                JsonAt token = item.need("SpecialToken");
                out.add(new Piece.Special(
                        token.text("id"), token.need("type_id").count()));
            }
        }
        return out;
    }

    static Decoder decoder(JsonAt at) {
        JsonAt type = at.need("type");
        return JsonReader.made(at, part -> switch (type.text()) {
            case "Sequence" ->
                new Decoder.Sequence(part.need("decoders").items().stream()
                        .map(JsonEnds::decoder)
                        .toList());
            case "ByteLevel" ->
                new Decoder.ByteLevel(
                        part.bool("add_prefix_space", true),
                        part.bool("trim_offsets", true),
                        part.bool("use_regex", true));
            case "ByteFallback" -> new Decoder.ByteFallback();
            case "Fuse" -> new Decoder.Fuse();
            case "Strip" ->
                new Decoder.Strip(
                        part.need("content").character(),
                        part.need("start").count(),
                        part.need("stop").count());
            case "Metaspace" ->
                new Decoder.Metaspace(
                        part.need("replacement").character(), JsonParts.scheme(part), part.bool("split", true));
            case "Replace" -> new Decoder.Replace(JsonParts.pattern(part.need("pattern")), part.text("content"));
            case "WordPiece" -> new Decoder.WordPiece(part.text("prefix"), part.bool("cleanup"));
            case "BPEDecoder" -> new Decoder.Bpe(part.text("suffix"));
            case "CTC" ->
                new Decoder.Ctc(part.text("pad_token"), part.text("word_delimiter_token"), part.bool("cleanup"));
            default ->
                throw type.error("the decoder type \"" + type.text() + "\" is not supported; supported: Sequence,"
                        + " ByteLevel, ByteFallback, Fuse, Strip, Metaspace, Replace, WordPiece, BPEDecoder, CTC");
        });
    }
}
