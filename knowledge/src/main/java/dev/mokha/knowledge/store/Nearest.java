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

    /// Levenshtein's distance: letters put in, taken out or changed; more than `limit` when it is more.
    static int distance(String one, String other, int limit) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            int least = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
                least = Math.min(least, row[j]);
            }
            if (least > limit) {
                return limit + 1;
            }
        }
        return row[other.length()];
    }
}
