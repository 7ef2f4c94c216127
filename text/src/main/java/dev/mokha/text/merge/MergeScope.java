package dev.mokha.text.merge;

import dev.mokha.text.tokenizer.model.Alphabet;
import java.lang.Character.UnicodeBlock;
import java.util.Set;
import java.util.function.IntPredicate;

/// Which text a merge may change. A new piece is taken only if every text that contains it contains a code point
/// of the scope; so text without one is encoded exactly as before, whatever its language.
///
/// @param name for messages
/// @param own the code points of the language; never an ASCII one
public record MergeScope(String name, IntPredicate own) {
    private static final Set<UnicodeBlock> ARABIC_BLOCKS = Set.of(
            UnicodeBlock.ARABIC,
            UnicodeBlock.ARABIC_SUPPLEMENT,
            UnicodeBlock.ARABIC_EXTENDED_A,
            UnicodeBlock.ARABIC_EXTENDED_B,
            UnicodeBlock.ARABIC_PRESENTATION_FORMS_A,
            UnicodeBlock.ARABIC_PRESENTATION_FORMS_B);

    public MergeScope {
        for (int c = 0; c < 0x80; c++) {
            if (own.test(c)) {
                throw new IllegalArgumentException("the scope '" + name + "' has the ASCII character U+00"
                        + Integer.toHexString(c) + ": English would be encoded differently after the merge");
            }
        }
    }

    /// Arabic's blocks, its punctuation, vowel signs and digits among them.
    public static MergeScope arabic() {
        return blocks("arabic", ARABIC_BLOCKS);
    }

    /// The code points of some blocks.
    public static MergeScope blocks(String name, Set<UnicodeBlock> blocks) {
        Set<UnicodeBlock> own = Set.copyOf(blocks);
        return new MergeScope(name, c -> {
            UnicodeBlock block = c < 0x80 ? null : UnicodeBlock.of(c);
            return block != null && own.contains(block);
        });
    }

    /// Everything but ASCII: for a language in many scripts, or a base vocabulary that only has to keep English.
    public static MergeScope nonAscii() {
        return new MergeScope("non-ascii", c -> c >= 0x80);
    }

    /// {@return whether a piece in plain characters is of the scope}
    boolean admits(String piece) {
        return piece.codePoints().anyMatch(own);
    }

    /// {@return whether a piece spelt in the byte-level alphabet is of the scope: it holds a whole character of it, or
    /// the first bytes of one that can be no other}
    boolean admitsBytes(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = Alphabet.byteOf(piece.charAt(i));
            if (b < 0) {
                return false;
            }
            bytes[i] = (byte) b;
        }
        for (int i = 0; i < bytes.length; i++) {
            int lead = bytes[i] & 0xFF;
            if (lead >= 0xC2 && lead <= 0xF4 && characterIsOwn(bytes, i, lead)) {
                return true;
            }
        }
        return false;
    }

    /// Whether each code point that begins with the bytes from `at` (those that are there) is the language's own.
    private boolean characterIsOwn(byte[] bytes, int at, int lead) {
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        int prefix = lead & (0xFF >> (length + 1));
        int there = 1;
        while (there < length && at + there < bytes.length && (bytes[at + there] & 0xC0) == 0x80) {
            prefix = (prefix << 6) | (bytes[at + there] & 0x3F);
            there++;
        }
        int missing = 6 * (length - there);
        int first = prefix << missing;
        int last = Math.min(first | ((1 << missing) - 1), Character.MAX_CODE_POINT);
        for (int c = first; c <= last; c++) {
            if (!own.test(c)) {
                return false;
            }
        }
        return true;
    }
}
