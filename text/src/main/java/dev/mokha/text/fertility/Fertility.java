package dev.mokha.text.fertility;

import dev.mokha.text.tokenizer.Tokenizer;
import dev.mokha.text.unicode.Scripts;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a tokenizer makes of a text, counted. Special tokens around texts are left out.
///
/// @param text its name
/// @param words runs of characters that are not white space
/// @param characters code points
/// @param bytes in UTF-8
/// @param tokens ids
/// @param unknown ids of the unknown token
/// @param fragments ids of pieces that are no whole characters: byte fallback, or byte-level pieces that are
///     not UTF-8 on their own
public record Fertility(
        String text, long words, long characters, long bytes, long tokens, long unknown, long fragments) {

    /// Counts over texts.
    public static Fertility of(String name, Tokenizer tokenizer, Iterable<String> texts) {
        var pieces = new PieceKinds(tokenizer);
        long words = 0;
        long characters = 0;
        long bytes = 0;
        long tokens = 0;
        long unknown = 0;
        long fragments = 0;
        for (String text : texts) {
            words += words(text);
            characters += text.codePointCount(0, text.length());
            bytes += text.getBytes(StandardCharsets.UTF_8).length;
            for (int id : tokenizer.encodeIds(text, false)) {
                tokens++;
                unknown += pieces.isUnknown(id) ? 1 : 0;
                fragments += pieces.isFragment(id) ? 1 : 0;
            }
        }
        return new Fertility(name, words, characters, bytes, tokens, unknown, fragments);
    }

    /// Fertility proper: tokens for each white-space word. NaN without words, as below.
    public double tokensPerWord() {
        return (double) tokens / words;
    }

    public double charactersPerToken() {
        return (double) characters / tokens;
    }

    public double bytesPerToken() {
        return (double) bytes / tokens;
    }

    public double unknownShare() {
        return (double) unknown / tokens;
    }

    public double fragmentShare() {
        return (double) fragments / tokens;
    }

    /// {@return counts and ratios by name, for JSON}
    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("text", text);
        map.put("words", words);
        map.put("characters", characters);
        map.put("bytes", bytes);
        map.put("tokens", tokens);
        map.put("tokens_per_word", tokensPerWord());
        map.put("characters_per_token", charactersPerToken());
        map.put("bytes_per_token", bytesPerToken());
        map.put("unknown_share", unknownShare());
        map.put("fragment_share", fragmentShare());
        return map;
    }

    private static long words(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = Scripts.isWhiteSpace(text.charAt(i));
            words += !space && !inside ? 1 : 0;
            inside = !space;
        }
        return words;
    }
}
