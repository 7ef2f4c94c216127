package dev.mokha.serve.engine;

import dev.mokha.serve.schedule.Sequence;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// Drafts that are looked up in what stands already: where the last tokens stood before, what followed them
/// there. Helps where answers repeat their prompts: rewriting, summaries, code.
///
/// Saxena 2023, [prompt lookup decoding](https://github.com/apoorvumang/prompt-lookup-decoding).
final class PromptLookup {
    private static final int LONGEST = 3;

    private PromptLookup() {}

    /// {@return up to `most` tokens that may come next, from the latest place where the last three tokens stood
    /// before, or else two, or one}
    static int[] drafts(Sequence sequence, int most) {
        int length = sequence.length();
        for (int n = Math.min(LONGEST, length - 1); n >= 1; n--) {
            for (int at = length - n - 1; at >= 0; at--) {
                if (matches(sequence, at, length - n, n)) {
                    int[] drafts = new int[Math.min(most, length - at - n)];
                    Arrays.setAll(drafts, beginning(sequence, at + n));
                    return drafts;
                }
            }
        }
        return new int[0];
    }

    private static IntUnaryOperator beginning(Sequence sequence, int from) {
        return i -> sequence.token(from + i);
    }

    private static boolean matches(Sequence sequence, int first, int second, int count) {
        for (int i = 0; i < count; i++) {
            if (sequence.token(first + i) != sequence.token(second + i)) {
                return false;
            }
        }
        return true;
    }
}
