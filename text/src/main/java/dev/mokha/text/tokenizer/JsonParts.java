package dev.mokha.text.tokenizer;

import dev.mokha.text.tokenizer.normal.CharsMap;
import dev.mokha.text.tokenizer.normal.Form;
import dev.mokha.text.tokenizer.normal.Normalizer;
import dev.mokha.text.tokenizer.normal.TextPattern;
import dev.mokha.text.tokenizer.split.Behavior;
import dev.mokha.text.tokenizer.split.PreTokenizer;
import dev.mokha.text.tokenizer.split.PreTokenizer.PrependScheme;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads normalisers and pre-tokenizers from JSON.
final class JsonParts {
    static final Map<String, Behavior> BEHAVIORS = new LinkedHashMap<>();
    static final Map<String, PrependScheme> SCHEMES = new LinkedHashMap<>();

    static {
        for (Behavior behavior : Behavior.values()) {
            BEHAVIORS.put(behavior.json(), behavior);
        }
        SCHEMES.put("first", PrependScheme.FIRST);
        SCHEMES.put("never", PrependScheme.NEVER);
        SCHEMES.put("always", PrependScheme.ALWAYS);
    }

    private JsonParts() {}

    static Normalizer normalizer(JsonAt at) {
        JsonAt type = at.need("type");
        return JsonReader.made(at, part -> switch (type.text()) {
            case "Sequence" ->
                new Normalizer.Sequence(part.need("normalizers").items().stream()
                        .map(JsonParts::normalizer)
                        .toList());
            case "NFC", "NFD", "NFKC", "NFKD" -> new Normalizer.Unicode(Form.valueOf(type.text()));
            case "Lowercase" -> new Normalizer.Lowercase();
            case "StripAccents" -> new Normalizer.StripAccents();
            case "Strip" -> new Normalizer.Strip(part.bool("strip_left"), part.bool("strip_right"));
            case "Prepend" -> new Normalizer.Prepend(part.text("prepend"));
            case "Replace" -> new Normalizer.Replace(pattern(part.need("pattern")), part.text("content"));
            case "ByteLevel" -> new Normalizer.ByteLevel();
            case "Nmt" -> new Normalizer.Nmt();
            case "BertNormalizer" -> {
                JsonAt strip = part.maybe("strip_accents");
                yield new Normalizer.Bert(
                        part.bool("clean_text"),
                        part.bool("handle_chinese_chars"),
                        strip == null ? null : strip.bool(),
                        part.bool("lowercase"));
            }
            case "Precompiled" -> {
                JsonAt map = part.need("precompiled_charsmap");
                yield new Normalizer.Precompiled(JsonReader.made(
                        map, m -> new CharsMap(Base64.getDecoder().decode(m.text()))));
            }
            default ->
                throw type.error(
                        "the normalizer type \"" + type.text() + "\" is not supported; supported: Sequence, NFC,"
                                + " NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend, Replace, ByteLevel, Nmt,"
                                + " BertNormalizer, Precompiled");
        });
    }

    static TextPattern pattern(JsonAt at) {
        JsonAt literal = at.maybe("String");
        if (literal != null) {
            return new TextPattern.Literal(literal.text());
        }
        return JsonReader.made(at.need("Regex"), regex -> new TextPattern.Regex(regex.text()));
    }

    static PreTokenizer preTokenizer(JsonAt at) {
        JsonAt type = at.need("type");
        return JsonReader.made(at, part -> switch (type.text()) {
            case "Sequence" ->
                new PreTokenizer.Sequence(part.need("pretokenizers").items().stream()
                        .map(JsonParts::preTokenizer)
                        .toList());
            case "ByteLevel" ->
                new PreTokenizer.ByteLevel(
                        part.bool("add_prefix_space"), part.bool("trim_offsets"), part.bool("use_regex", true));
            case "Metaspace" ->
                new PreTokenizer.Metaspace(
                        part.need("replacement").character(), scheme(part), part.bool("split", true));
            case "Split" ->
                new PreTokenizer.Split(
                        pattern(part.need("pattern")), part.need("behavior").choice(BEHAVIORS), part.bool("invert"));
            case "Whitespace" -> new PreTokenizer.Whitespace();
            case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
            case "Punctuation" -> {
                JsonAt behavior = part.maybe("behavior");
                yield new PreTokenizer.Punctuation(behavior == null ? Behavior.ISOLATED : behavior.choice(BEHAVIORS));
            }
            case "Digits" -> new PreTokenizer.Digits(part.bool("individual_digits"));
            case "BertPreTokenizer" -> new PreTokenizer.Bert();
            case "CharDelimiterSplit" ->
                new PreTokenizer.CharDelimiterSplit(part.need("delimiter").character());
            case "FixedLength" -> new PreTokenizer.FixedLength(part.count("length", 5));
            default ->
                throw type.error("the pre-tokenizer type \"" + type.text() + "\" is not supported; supported: Sequence,"
                        + " ByteLevel, Metaspace, Split, Whitespace, WhitespaceSplit, Punctuation, Digits,"
                        + " BertPreTokenizer, CharDelimiterSplit, FixedLength");
        });
    }

    /// New files name the scheme; old ones have `add_prefix_space`.
    static PrependScheme scheme(JsonAt at) {
        JsonAt scheme = at.maybe("prepend_scheme");
        PrependScheme named = scheme == null ? null : scheme.choice(SCHEMES);
        if (!at.bool("add_prefix_space", true)) {
            if (named != null && named != PrependScheme.NEVER) {
                throw at.error("add_prefix_space is false, but prepend_scheme is not \"never\"; leave one of them out");
            }
            return PrependScheme.NEVER;
        }
        return named == null ? PrependScheme.ALWAYS : named;
    }
}
