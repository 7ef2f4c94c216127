package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.model.Bpe;
import dev.mokha.text.tokenizer.model.BpeOptions;
import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.tokenizer.model.Model;
import dev.mokha.text.tokenizer.model.Unigram;
import dev.mokha.text.tokenizer.model.Vocab;
import dev.mokha.text.tokenizer.model.WordLevel;
import dev.mokha.text.tokenizer.model.WordPiece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// Reads the text of a `tokenizer.json`: the frame, the added tokens and the model.
final class JsonReader {
    private static final int MAX_DEPTH = 100;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(64 << 20)
                            .maxNameLength(1 << 20)
                            .build())
                    .build())
            .build();

    static final Map<String, Side> SIDES = ordered("Left", Side.LEFT, "Right", Side.RIGHT);
    static final Map<String, Truncation.Strategy> STRATEGIES = new LinkedHashMap<>();

    static {
        STRATEGIES.put("LongestFirst", Truncation.Strategy.LONGEST_FIRST);
        STRATEGIES.put("OnlyFirst", Truncation.Strategy.ONLY_FIRST);
        STRATEGIES.put("OnlySecond", Truncation.Strategy.ONLY_SECOND);
    }

    private final String name;

    JsonReader(String name) {
        this.name = name;
    }

    private static <E> Map<String, E> ordered(String k1, E v1, String k2, E v2) {
        var out = new LinkedHashMap<String, E>();
        out.put(k1, v1);
        out.put(k2, v2);
        return out;
    }

    Tokenizer read(String json) {
        JsonAt root;
        try {
            root = new JsonAt(name, "$", MAPPER.readTree(json));
        } catch (JacksonException e) {
            throw new TokenizerFormatException(name + " is not JSON: " + e.getOriginalMessage(), e);
        }
        root.object();
        String version = root.maybeText("version");
        if (version != null && !version.equals("1.0")) {
            throw root.need("version").error("format version \"" + version + "\" is not known; known: 1.0");
        }
        var model = model(root.need("model"));
        var builder = Tokenizer.builder(model)
                .truncation(map(root.maybe("truncation"), JsonReader::truncation))
                .padding(map(root.maybe("padding"), JsonReader::padding))
                .normalizer(map(root.maybe("normalizer"), JsonParts::normalizer))
                .preTokenizer(map(root.maybe("pre_tokenizer"), JsonParts::preTokenizer))
                .postProcessor(map(root.maybe("post_processor"), JsonEnds::postProcessor))
                .decoder(map(root.maybe("decoder"), JsonEnds::decoder));
        JsonAt added = root.maybe("added_tokens");
        try {
            if (added != null) {
                builder.addedTokens(addedTokens(added, model.vocab()));
            }
            return builder.build();
        } catch (TokenizerFormatException e) {
            throw e;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw root.error(e);
        }
    }

    private static <T> @Nullable T map(@Nullable JsonAt at, Function<JsonAt, T> reader) {
        return at == null ? null : made(at, reader);
    }

    /// What a constructor refuses is told with its place.
    static <T> T made(JsonAt at, Function<JsonAt, T> reader) {
        try {
            return reader.apply(at);
        } catch (TokenizerFormatException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw at.error(e);
        }
    }

    private static List<AddedToken> addedTokens(JsonAt at, Vocab vocab) {
        var out = new ArrayList<AddedToken>();
        var seen = new HashMap<Integer, String>();
        for (JsonAt item : at.items()) {
            String content = item.text("content");
            JsonAt id = item.need("id");
            String before = seen.put(id.count(), content);
            if (before != null && !before.equals(content)) {
                throw id.error("\"" + before + "\" and \"" + content + "\" have the same id " + id.count());
            }
            String piece = vocab.piece(id.count());
            if (piece != null && !piece.equals(content)) {
                throw id.error("the added token \"" + content + "\" has the id " + id.count()
                        + ", which the vocabulary gives to \"" + piece + "\"");
            }
            boolean special = item.bool("special", false);
            out.add(new AddedToken(
                    content,
                    item.bool("single_word", false),
                    item.bool("lstrip", false),
                    item.bool("rstrip", false),
                    item.bool("normalized", !special),
                    special));
        }
        return out;
    }

    private static Truncation truncation(JsonAt at) {
        JsonAt direction = at.maybe("direction");
        return new Truncation(
                direction == null ? Side.RIGHT : direction.choice(SIDES),
                at.need("max_length").count(),
                at.need("strategy").choice(STRATEGIES),
                at.need("stride").count());
    }

    private static Padding padding(JsonAt at) {
        JsonAt strategy = at.need("strategy");
        int fixed = 0;
        if (strategy.node().isObject()) {
            fixed = strategy.need("Fixed").count();
        } else if (!strategy.text().equals("BatchLongest")) {
            throw strategy.error("\"" + strategy.text() + "\" is not known; known: BatchLongest, {\"Fixed\": length}");
        }
        return new Padding(
                fixed,
                at.need("direction").choice(SIDES),
                at.count("pad_to_multiple_of", 0),
                at.need("pad_id").count(),
                at.need("pad_type_id").count(),
                at.text("pad_token"));
    }

    private static Model model(JsonAt at) {
        JsonAt type = at.maybe("type");
        String kind = type != null ? type.text() : untyped(at);
        return made(at, model -> switch (kind) {
            case "BPE" -> bpe(model);
            case "Unigram" -> unigram(model);
            case "WordPiece" ->
                new WordPiece(
                        vocab(model.need("vocab")),
                        model.text("unk_token"),
                        model.text("continuing_subword_prefix"),
                        model.count("max_input_chars_per_word", 100));
            case "WordLevel" -> new WordLevel(vocab(model.need("vocab")), model.text("unk_token"));
            default ->
                throw at.error("the model type \"" + kind + "\" is not supported; supported: BPE, Unigram, WordPiece,"
                        + " WordLevel");
        });
    }

    /// Old files do not say the type; the keys tell.
    private static String untyped(JsonAt at) {
        if (at.maybe("merges") != null) {
            return "BPE";
        }
        if (at.maybe("vocab") != null && at.need("vocab").node().isArray()) {
            return "Unigram";
        }
        return at.maybe("continuing_subword_prefix") != null ? "WordPiece" : "WordLevel";
    }

    private static Vocab vocab(JsonAt at) {
        var pieces = new LinkedHashMap<String, Integer>();
        at.entries((piece, id) -> pieces.put(piece, id.count()));
        return made(at, _ -> Vocab.of(pieces));
    }

    private static Bpe bpe(JsonAt at) {
        var vocab = vocab(at.need("vocab"));
        var merges = new ArrayList<Merge>();
        JsonAt list = at.need("merges");
        for (JsonAt item : list.items()) {
            if (item.node().isArray()) {
                if (item.node().size() != 2) {
                    throw item.error(
                            "a merge has two parts, this one " + item.node().size());
                }
                merges.add(new Merge(item.item(0).text(), item.item(1).text()));
            } else {
                String line = item.text();
                if (line.startsWith("#version")) {
                    continue;
                }
                int space = line.indexOf(' ');
                if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
                    throw item.error("a merge is two pieces with one space between them, this is \"" + line + "\"");
                }
                merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
            }
        }
        JsonAt dropout = at.maybe("dropout");
        var options = new BpeOptions(
                dropout == null ? null : dropout.number(),
                at.maybeText("unk_token"),
                at.maybeText("continuing_subword_prefix"),
                at.maybeText("end_of_word_suffix"),
                at.bool("fuse_unk", false),
                at.bool("byte_fallback", false),
                at.bool("ignore_merges", false));
        return new Bpe(vocab, merges, options);
    }

    private static Unigram unigram(JsonAt at) {
        var pieces = new ArrayList<Unigram.Scored>();
        for (JsonAt item : at.need("vocab").items()) {
            if (!item.node().isArray() || item.node().size() != 2) {
                throw item.error("a piece is [string, score]");
            }
            pieces.add(new Unigram.Scored(item.item(0).text(), item.item(1).number()));
        }
        JsonAt unk = at.maybe("unk_id");
        return new Unigram(pieces, unk == null ? -1 : unk.count(), at.bool("byte_fallback", false));
    }
}
