package dev.mokha.text.tokenizer.normal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// SentencePiece's `precompiled_charsmap`: a double-array trie from UTF-8 prefixes to normalised strings.
///
/// Layout: 4 bytes little-endian, the size of the trie in bytes; the trie, 4 bytes a unit; then the strings, each ended
/// by a zero byte. A unit holds label, offset and leaf flag as in the Darts-clone library.
public final class CharsMap {
    private static final Pattern GRAPHEME = Pattern.compile("\\X");

    private final byte[] blob;
    private final int[] trie;
    private final byte[] strings;
    private final byte[] asciiStays = new byte[128];

    /// Reads the map from its bytes.
    public CharsMap(byte[] blob) {
        this.blob = blob.clone();
        if (blob.length < 4) {
            throw new IllegalArgumentException(
                    "precompiled_charsmap has " + blob.length + " bytes; its head alone has 4");
        }
        long size = word(0) & 0xFFFFFFFFL;
        if (size % 4 != 0 || size + 4 > blob.length || size == 0) {
            throw new IllegalArgumentException("precompiled_charsmap says that its trie has " + size + " bytes, but "
                    + (blob.length - 4) + " follow");
        }
        this.trie = new int[(int) (size / 4)];
        for (int i = 0; i < trie.length; i++) {
            trie[i] = word(4 + 4 * i);
        }
        this.strings = Arrays.copyOfRange(blob, 4 + (int) size, blob.length);
        for (int c = 0; c < 128; c++) {
            asciiStays[c] = (byte) (transform(String.valueOf((char) c)) == null ? 1 : 0);
        }
    }

    private int word(int at) {
        return (blob[at] & 0xFF) | ((blob[at + 1] & 0xFF) << 8) | ((blob[at + 2] & 0xFF) << 16) | (blob[at + 3] << 24);
    }

    /// {@return the bytes it was read from}
    public byte[] blob() {
        return blob.clone();
    }

    /// {@return what the shortest prefix of `chunk` known to the map becomes, or null}
    @org.jspecify.annotations.Nullable
    String transform(String chunk) {
        int node = offset(trie[0]);
        for (byte b : chunk.getBytes(StandardCharsets.UTF_8)) {
            int label = b & 0xFF;
            if (label == 0) {
                return null;
            }
            node ^= label;
            if (node < 0 || node >= trie.length) {
                return null;
            }
            int unit = trie[node];
            if ((unit & 0x800000FF) != label) {
                return null;
            }
            node ^= offset(unit);
            if (((unit >>> 8) & 1) == 1) {
                return node < 0 || node >= trie.length ? null : string(trie[node] & 0x7FFFFFFF);
            }
        }
        return null;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    private String string(int from) {
        int end = from;
        while (end < strings.length && strings[end] != 0) {
            end++;
        }
        return from >= strings.length ? "" : new String(strings, from, end - from, StandardCharsets.UTF_8);
    }

    void apply(AlignedText text) {
        int n = text.length();
        boolean changed = false;
        int at = 0;
        Matcher graphemes = GRAPHEME.matcher(text.toString());
        while (at < n) {
            char c = text.at(at);
            if (c < 128 && asciiStays[c] == 1 && (at + 1 == n || (text.at(at + 1) < 128 && c != '\r'))) {
                if (changed) {
                    text.keep(at, at + 1);
                }
                at++;
                continue;
            }
            int end = graphemes.find(at) ? graphemes.end() : at + 1;
            String grapheme = new String(text.chars(), at, end - at);
            changed = grapheme(text, grapheme, at, changed);
            at = end;
        }
        if (changed) {
            text.commit();
        }
    }

    private boolean grapheme(AlignedText text, String grapheme, int at, boolean changedBefore) {
        if (grapheme.getBytes(StandardCharsets.UTF_8).length < 6) {
            String whole = transform(grapheme);
            if (whole != null) {
                return put(text, grapheme, whole, at, changedBefore);
            }
        }
        boolean changed = changedBefore;
        for (int i = 0; i < grapheme.length(); ) {
            int width = Character.charCount(grapheme.codePointAt(i));
            String part = grapheme.substring(i, i + width);
            String mapped = transform(part);
            if (mapped != null) {
                changed = put(text, part, mapped, at + i, changed);
            } else if (changed) {
                text.keep(at + i, at + i + width);
            }
            i += width;
        }
        return changed;
    }

    private static boolean put(AlignedText text, String before, String after, int at, boolean changed) {
        if (!changed) {
            text.begin(at);
        }
        int last = before.length();
        last = before.offsetByCodePoints(last, -1);
        int source = 0;
        for (int i = 0; i < after.length(); ) {
            int codePoint = after.codePointAt(i);
            text.putCodePoint(codePoint, at + Math.min(source, last));
            i += Character.charCount(codePoint);
            source = source >= last ? last : source + Character.charCount(before.codePointAt(source));
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CharsMap map && Arrays.equals(map.blob, blob);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(blob);
    }
}
