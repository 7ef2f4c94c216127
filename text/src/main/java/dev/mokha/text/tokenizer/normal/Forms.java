package dev.mokha.text.tokenizer.normal;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Normalisation forms on aligned text: runs of characters that stay and start afresh are skipped by a table;
/// only the short segments in between go through the JDK.
final class Forms {
    private static final Map<Form, Forms> ALL = new EnumMap<>(Form.class);

    static {
        for (Form form : Form.values()) {
            ALL.put(form, new Forms(form));
        }
    }

    private static final byte UNKNOWN = 0;
    private static final byte STAYS = 1; // unchanged alone, and starts a segment of its own
    private static final byte STARTS = 2; // starts a segment, but may change
    private static final byte FOLLOWS = 3; // may combine with what is before it

    private final Form form;
    private final byte[] kinds = new byte[0x10000];

    private Forms(Form form) {
        this.form = form;
    }

    static Forms of(Form form) {
        return Objects.requireNonNull(ALL.get(form));
    }

    /// Racy on purpose: two threads can only write the same value.
    private byte kind(char unit) {
        byte kind = kinds[unit];
        if (kind == UNKNOWN) {
            kind = classify(unit);
            kinds[unit] = kind;
        }
        return kind;
    }

    private byte kind(int codePoint) {
        return codePoint < 0x10000 ? kind((char) codePoint) : classify(codePoint);
    }

    private byte classify(int codePoint) {
        if (codePoint >= 0xD800 && codePoint < 0xE000) {
            return STARTS;
        }
        if (PeerUnicode.unknownToNormalizer(codePoint)) {
            return STAYS;
        }
        boolean hangul = codePoint >= 0x1160 && codePoint < 0x1200;
        boolean compat = (codePoint >= 0x3131 && codePoint <= 0x318E) || (codePoint >= 0xFF9E && codePoint <= 0xFFDC);
        if (PeerUnicode.isMark(codePoint) || hangul || compat) {
            return FOLLOWS;
        }
        String alone = Character.toString(codePoint);
        return form.apply(alone).equals(alone) ? STAYS : STARTS;
    }

    void apply(AlignedText text) {
        int length = text.length();
        boolean changed = false;
        int at = 0;
        while (at < length) {
            int end = segmentEnd(text, at);
            boolean same = end - at == 1 && kind(text.at(at)) == STAYS;
            if (!same) {
                String before = new String(text.chars(), at, end - at);
                String after = form(before);
                if (!after.equals(before)) {
                    if (!changed) {
                        text.begin(at);
                        changed = true;
                    }
                    put(text, before, after, at);
                    at = end;
                    continue;
                }
            }
            if (changed) {
                text.keep(at, end);
            }
            at = end;
        }
        if (changed) {
            text.commit();
        }
    }

    /// Characters that the reference's Unicode version does not know are left out of what is normalised.
    private String form(String segment) {
        boolean known = segment.codePoints().noneMatch(PeerUnicode::unknownToNormalizer);
        if (known) {
            return unmade(form.apply(segment));
        }
        var out = new StringBuilder();
        int from = 0;
        for (int i = 0; i < segment.length(); ) {
            int codePoint = segment.codePointAt(i);
            int width = Character.charCount(codePoint);
            if (PeerUnicode.unknownToNormalizer(codePoint)) {
                out.append(form.apply(segment.substring(from, i))).appendCodePoint(codePoint);
                from = i + width;
            }
            i += width;
        }
        return out.append(form.apply(segment.substring(from))).toString();
    }

    /// Takes apart again what only the JDK's newer tables put together.
    private static String unmade(String text) {
        if (text.codePoints().noneMatch(PeerUnicode::decomposesHereOnly)) {
            return text;
        }
        var out = new StringBuilder();
        text.codePoints()
                .forEach(c -> out.append(
                        PeerUnicode.decomposesHereOnly(c)
                                ? Form.NFD.apply(Character.toString(c))
                                : Character.toString(c)));
        return out.toString();
    }

    private int segmentEnd(AlignedText text, int at) {
        int end = at + Character.charCount(text.codePoint(at));
        while (end < text.length()) {
            int codePoint = text.codePoint(end);
            if (kind(codePoint) != FOLLOWS) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return end;
    }

    /// Decomposed characters come from the one they were part of; a composed one from its base.
    private void put(AlignedText text, String before, String after, int at) {
        int[] sources = new int[before.length() * 20 + after.length()];
        int n = 0;
        for (int i = 0; i < before.length(); ) {
            int codePoint = before.codePointAt(i);
            int parts = form.composes()
                    ? 1
                    : (int) form.apply(Character.toString(codePoint))
                            .codePoints()
                            .count();
            for (int k = 0; k < parts && n < sources.length; k++) {
                sources[n++] = at + i;
            }
            i += Character.charCount(codePoint);
        }
        int outs = after.codePointCount(0, after.length());
        int skipped = Math.max(0, n - outs); // absorbed by the first that differs
        int same = 0;
        while (same < after.length() && same < before.length() && after.charAt(same) == before.charAt(same)) {
            same++;
        }
        int absorbing = after.codePointCount(0, same);
        int k = 0;
        for (int i = 0; i < after.length(); k++) {
            int codePoint = after.codePointAt(i);
            int source = k <= absorbing ? Math.min(k, n - 1) : Math.min(k + skipped, n - 1);
            text.putCodePoint(codePoint, sources[source]);
            i += Character.charCount(codePoint);
        }
    }
}
