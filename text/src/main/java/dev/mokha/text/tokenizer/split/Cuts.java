package dev.mokha.text.tokenizer.split;

import java.util.Arrays;

/// Where a cutter cuts: consecutive ranges, each a match of its pattern or what lies between matches.
final class Cuts {
    private int[] ends = new int[64];
    private boolean[] matches = new boolean[64];
    private int count;
    private int start;

    void reset(int from) {
        count = 0;
        start = from;
    }

    /// The range from the last end to `end`.
    void add(int end, boolean match) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            matches = Arrays.copyOf(matches, count * 2);
        }
        ends[count] = end;
        matches[count++] = match;
    }

    int last() {
        return count == 0 ? start : ends[count - 1];
    }

    /// Gives the words of these cuts to `out`.
    void words(Behavior behavior, boolean invert, SplitText out) {
        switch (behavior) {
            case ISOLATED -> {
                int from = start;
                for (int i = 0; i < count; i++) {
                    out.add(from, ends[i]);
                    from = ends[i];
                }
            }
            case REMOVED -> {
                int from = start;
                for (int i = 0; i < count; i++) {
                    if (matches[i] == invert) {
                        out.add(from, ends[i]);
                    }
                    from = ends[i];
                }
            }
            case CONTIGUOUS -> contiguous(out);
            case MERGED_WITH_PREVIOUS -> mergedWithPrevious(invert, out);
            case MERGED_WITH_NEXT -> mergedWithNext(invert, out);
        }
    }

    private void contiguous(SplitText out) {
        int from = start;
        for (int i = 0; i < count; i++) {
            if (i + 1 == count || matches[i + 1] != matches[i]) {
                out.add(from, ends[i]);
                from = ends[i];
            }
        }
    }

    private void mergedWithPrevious(boolean invert, SplitText out) {
        boolean previous = false;
        int from = start;
        for (int i = 0; i < count; i++) {
            boolean match = matches[i] != invert;
            int begin = i == 0 ? start : ends[i - 1];
            if (!(match && !previous) && begin > from) {
                out.add(from, begin);
                from = begin;
            }
            previous = match;
        }
        if (count > 0) {
            out.add(from, ends[count - 1]);
        }
    }

    /// From the right: a match takes in the word after it, unless that is a match too.
    private void mergedWithNext(boolean invert, SplitText out) {
        int from = start;
        for (int i = 0; i + 1 < count; i++) {
            boolean match = matches[i] != invert;
            boolean next = matches[i + 1] != invert;
            if (!(match && !next)) {
                out.add(from, ends[i]);
                from = ends[i];
            }
        }
        if (count > 0) {
            out.add(from, ends[count - 1]);
        }
    }
}
