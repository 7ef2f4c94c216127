package dev.mokha.text.tokenizer.split;

import dev.mokha.text.tokenizer.model.Alphabet;
import dev.mokha.text.tokenizer.normal.AlignedText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// Normalised text on its way through pre-tokenizers: one buffer and the words cut from it so far, in order.
/// Mutable; for one thread.
public final class SplitText {
    /// Finds matches of some pattern.
    interface Cutter {
        void cut(char[] chars, int from, int to, Cuts cuts);
    }

    private final AlignedText text = new AlignedText();
    private final Cuts cuts = new Cuts();
    private int[] from = new int[256];
    private int[] to = new int[256];
    private int count;
    private int[] nextFrom = new int[256];
    private int[] nextTo = new int[256];
    private int nextCount;
    private boolean bytesWanted;

    /// {@return the text; after changing it call {@link #whole}}
    public AlignedText text() {
        return text;
    }

    /// The whole text is one word.
    public void whole() {
        count = text.length() > 0 ? 1 : 0;
        from[0] = 0;
        to[0] = text.length();
        bytesWanted = false;
    }

    /// {@return how many words there are}
    public int count() {
        return count;
    }

    /// {@return where word `i` starts}
    public int from(int i) {
        return from[i];
    }

    /// {@return where word `i` ends}
    public int to(int i) {
        return to[i];
    }

    /// {@return whether the words are to be read as their UTF-8 bytes, in the byte-level {@link Alphabet}}
    public boolean bytesWanted() {
        return bytesWanted;
    }

    /// From here on the words stand for their bytes; the change is made when a step needs it.
    void wantBytes() {
        writeBytes();
        bytesWanted = true;
    }

    void add(int start, int end) {
        if (end > start) {
            if (nextCount == nextFrom.length) {
                nextFrom = Arrays.copyOf(nextFrom, nextCount * 2);
                nextTo = Arrays.copyOf(nextTo, nextCount * 2);
            }
            nextFrom[nextCount] = start;
            nextTo[nextCount++] = end;
        }
    }

    private void swap() {
        int[] f = from;
        int[] t = to;
        from = nextFrom;
        to = nextTo;
        count = nextCount;
        nextFrom = f;
        nextTo = t;
        nextCount = 0;
    }

    void split(Cutter cutter, Behavior behavior, boolean invert) {
        writeBytes();
        nextCount = 0;
        for (int i = 0; i < count; i++) {
            cuts.reset(from[i]);
            cutter.cut(text.chars(), from[i], to[i], cuts);
            if (cuts.last() < to[i]) {
                cuts.add(to[i], false);
            }
            cuts.words(behavior, invert, this);
        }
        swap();
    }

    void split(IntPredicate matches, Behavior behavior) {
        split(
                (chars, start, end, out) -> {
                    for (int i = start; i < end; ) {
                        int codePoint = Character.codePointAt(chars, i, end);
                        int width = Character.charCount(codePoint);
                        if (matches.test(codePoint)) {
                            if (out.last() < i) {
                                out.add(i, false);
                            }
                            out.add(i + width, true);
                        }
                        i += width;
                    }
                },
                behavior,
                false);
    }

    /// Puts `prefix` before each word that `wants` it.
    void prepend(String prefix, IntPredicate wants) {
        writeBytes();
        boolean any = false;
        for (int i = 0; i < count && !any; i++) {
            any = wants.test(i);
        }
        if (!any) {
            return;
        }
        nextCount = 0;
        text.begin(0);
        for (int i = 0; i < count; i++) {
            int start = text.pending();
            if (wants.test(i)) {
                for (int k = 0; k < prefix.length(); k++) {
                    text.put(prefix.charAt(k), from[i]);
                }
            }
            text.keep(from[i], to[i]);
            add(start, text.pending());
        }
        text.commit();
        swap();
    }

    /// Puts one character in the place of another, in all words.
    void replace(char before, String after) {
        writeBytes();
        if (after.length() == 1) {
            char unit = after.charAt(0);
            char[] chars = text.chars();
            for (int i = 0; i < text.length(); i++) {
                if (chars[i] == before) {
                    chars[i] = unit;
                }
            }
            return;
        }
        nextCount = 0;
        text.begin(0);
        for (int i = 0; i < count; i++) {
            int start = text.pending();
            for (int k = from[i]; k < to[i]; k++) {
                if (text.at(k) == before) {
                    for (int j = 0; j < after.length(); j++) {
                        text.put(after.charAt(j), k);
                    }
                } else {
                    text.keep(k, k + 1);
                }
            }
            add(start, text.pending());
        }
        text.commit();
        swap();
    }

    /// If the words stand for their bytes, writes the bytes' characters out.
    public void writeBytes() {
        if (!bytesWanted) {
            return;
        }
        bytesWanted = false;
        nextCount = 0;
        text.begin(0);
        for (int i = 0; i < count; i++) {
            int start = text.pending();
            for (int k = from[i]; k < to[i]; ) {
                int codePoint = Character.codePointAt(text.chars(), k, to[i]);
                if (codePoint < 0x80) {
                    text.put(Alphabet.of(codePoint), k);
                } else {
                    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                        text.put(Alphabet.of(b & 0xFF), k);
                    }
                }
                k += Character.charCount(codePoint);
            }
            add(start, text.pending());
        }
        text.commit();
        swap();
    }
}
