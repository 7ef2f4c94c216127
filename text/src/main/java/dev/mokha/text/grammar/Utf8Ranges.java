package dev.mokha.text.grammar;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/// A range of code points as sequences of byte ranges: the UTF-8 of exactly those.
final class Utf8Ranges {
    private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};

    private Utf8Ranges() {}

    /// @param low no surrogate between it and `high`
    /// @param sink gets the lowest and the highest byte at each position
    static void of(int low, int high, BiConsumer<int[], int[]> sink) {
        for (int last : LAST_OF_LENGTH) {
            if (low <= last) {
                sameLength(low, Math.min(high, last), sink);
                if (high <= last) {
                    return;
                }
                low = last + 1;
            }
        }
    }

    /// Cuts where a continuation byte does not run over its whole range, as Lucene's `UTF32ToUTF8` and RE2 do.
    private static void sameLength(int low, int high, BiConsumer<int[], int[]> sink) {
        for (int bits = 6; bits <= 18; bits += 6) {
            int rest = (1 << bits) - 1;
            if ((low & ~rest) != (high & ~rest)) {
                if ((low & rest) != 0) {
                    sameLength(low, low | rest, sink);
                    sameLength((low | rest) + 1, high, sink);
                    return;
                }
                if ((high & rest) != rest) {
                    sameLength(low, (high & ~rest) - 1, sink);
                    sameLength(high & ~rest, high, sink);
                    return;
                }
            }
        }
        sink.accept(encode(low), encode(high));
    }

    private static int[] encode(int codePoint) {
        byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        int[] out = new int[bytes.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = bytes[i] & 0xFF;
        }
        return out;
    }
}
