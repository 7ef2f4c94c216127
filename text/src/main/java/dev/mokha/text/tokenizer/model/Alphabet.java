package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// The visible characters that stand for the 256 bytes in byte-level vocabularies (GPT-2's `bytes_to_unicode`):
/// printable Latin-1 stands for itself, the other 68 bytes for U+0100 and up.
public final class Alphabet {
    private static final char[] CHARS = new char[256];
    private static final short[] BYTES = new short[0x180];

    static {
        Arrays.fill(BYTES, (short) -1);
        int extra = 0;
        for (int b = 0; b < 256; b++) {
            boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            CHARS[b] = (char) (visible ? b : 0x100 + extra++);
            BYTES[CHARS[b]] = (short) b;
        }
    }

    private Alphabet() {}

    /// {@return the character that stands for a byte, 0 to 255}
    public static char of(int unsignedByte) {
        return CHARS[unsignedByte];
    }

    /// {@return the byte that a character stands for, or -1}
    public static int byteOf(int codePoint) {
        return codePoint < BYTES.length ? BYTES[codePoint] : -1;
    }
}
