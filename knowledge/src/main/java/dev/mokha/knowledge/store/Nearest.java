package dev.mokha.knowledge.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Names that look like one that is not there.
public final class Nearest {
    private record Candidate(String name, int distance) {}

    private Nearest() {}

    /// {@return at most so many names, the nearest first, none that differs in more than a third of its
    /// letters}
    public static List<String> to(String wanted, List<String> names, int most) {
        String folded = wanted.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, folded.length() / 3);
        var near = new ArrayList<Candidate>();
        for (String name : names) {
            if (Math.abs(name.length() - folded.length()) <= limit) {
                int distance = distance(folded, name.toLowerCase(Locale.ROOT), limit);
                if (distance <= limit) {
                    near.add(new Candidate(name, distance));
                }
            }
        }
        near.sort(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name));
        return near.stream().limit(most).map(Candidate::name).toList();
    }

    /// The distance of optimal string alignment (Damerau 1964): letters put in, taken out, changed, or swapped with
    /// their neighbour; more than `limit` when it is more.
    static int distance(String one, String other, int limit) {
        int[] twoBefore = new int[other.length() + 1];
        int[] before = new int[other.length() + 1];
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        int leastBefore = 0;
        for (int i = 1; i <= one.length(); i++) {
            int[] free = twoBefore;
            twoBefore = before;
            before = row;
            row = free;
            row[0] = i;
            int least = i;
            for (int j = 1; j < row.length; j++) {
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                row[j] = Math.min(before[j - 1] + (same ? 0 : 1), 1 + Math.min(before[j], row[j - 1]));
                if (swapped(one, i, other, j)) {
                    row[j] = Math.min(row[j], twoBefore[j - 2] + 1);
                }
                least = Math.min(least, row[j]);
            }
            if (Math.min(least, leastBefore) > limit) {
                return limit + 1; // a swap looks two rows back, and no further
            }
            leastBefore = least;
        }
        return row[other.length()];
    }

    private static boolean swapped(String one, int i, String other, int j) {
        return i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
    }
}
