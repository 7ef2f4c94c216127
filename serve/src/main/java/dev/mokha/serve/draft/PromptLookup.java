package dev.mokha.serve.draft;

import dev.mokha.serve.schedule.Sequence;
import java.util.Arrays;

/// Drafts that are looked up in what stands already: where the last tokens stood before, what followed them
/// there. Helps where answers repeat their prompts: rewriting, summaries, code.
///
/// Saxena 2023, [prompt lookup decoding](https://github.com/apoorvumang/prompt-lookup-decoding). Several places
/// make a tree.
public final class PromptLookup {
    /// How many of the last tokens are looked for at most.
    public static final int LONGEST = 4;

    private PromptLookup() {}

    /// What was found.
    ///
    /// @param matched how many of the last tokens stood there; 0 for nothing found
    public record Found(DraftTree tree, int matched) {}

    /// Looks for the last tokens, first for four of them, or else for three, two, one.
    ///
    /// @param most tokens that follow each other
    /// @param places that are looked at, the latest first
    public static Found find(Sequence sequence, int most, int places) {
        int length = sequence.length();
        for (int n = Math.min(LONGEST, length - 1); n >= 1; n--) {
            var tree = new DraftTree();
            int found = 0;
            for (int at = length - n - 1; at >= 0 && found < places; at--) {
                if (matches(sequence, at, length - n, n)) {
                    found++;
                    int from = at + n;
                    int[] drafts = new int[Math.min(most, length - from)];
                    Arrays.setAll(drafts, i -> sequence.token(from + i));
                    tree.addAll(DraftTree.ROOT, drafts);
                }
            }
            if (found > 0) {
                return new Found(tree, n);
            }
        }
        return new Found(new DraftTree(), 0);
    }

    private static boolean matches(Sequence sequence, int first, int second, int count) {
        for (int i = count - 1; i >= 0; i--) {
            if (sequence.token(first + i) != sequence.token(second + i)) {
                return false;
            }
        }
        return true;
    }
}
