package dev.mokha.language.task;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/// The word that somebody meant.
final class Nearest {
    private Nearest() {}

    /// {@return ` (did you mean 'x'?)` for the nearest candidate, or nothing where none is near}
    static String hint(String word, Collection<String> candidates) {
        String best = "";
        int smallest = Math.max(1, word.length() / 2) + 1;
        for (String candidate : candidates) {
            int distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < smallest) {
                smallest = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : " (did you mean '" + best + "'?)";
    }

    /// {@return the first of many names, quoted, and how many more there are}
    static String list(Collection<String> names) {
        int shown = 20;
        String list = String.join(
                ", ", names.stream().limit(shown).map(n -> "'" + n + "'").toList());
        return names.size() <= shown ? list : list + " and " + (names.size() - shown) + " more";
    }

    /// Levenshtein's edit distance.
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
