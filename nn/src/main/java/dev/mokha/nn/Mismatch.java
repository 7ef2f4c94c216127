package dev.mokha.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/// Collects how a model and a checkpoint differ, and says it in one message.
final class Mismatch {
    private static final int LISTED = 10;

    private final List<String> missing = new ArrayList<>();
    private final List<String> misshaped = new ArrayList<>();

    void missing(String name) {
        missing.add(name);
    }

    void misshaped(String name, long[] wanted, long[] found, String file) {
        misshaped.add("'" + name + "': the model wants " + Arrays.toString(wanted) + ", " + file + " has "
                + Arrays.toString(found));
    }

    void check(Weights weights, int wanted, List<String> unused) {
        if (missing.isEmpty() && misshaped.isEmpty() && unused.isEmpty()) {
            return;
        }
        var message = new StringBuilder("the checkpoint " + weights.origin() + " has "
                + weights.names().size() + " tensors, the model " + wanted + " parameters, and they do not fit:");
        Collection<String> candidates = unused.isEmpty() ? weights.names() : unused;
        var lines = new ArrayList<String>();
        for (String name : missing) {
            String near = lines.size() < LISTED ? nearest(name, candidates) : "";
            lines.add("'" + name + "'" + (near.isEmpty() ? "" : " (nearest: '" + near + "')"));
        }
        section(message, "missing", lines);
        section(message, "of another shape", misshaped);
        section(message, "unused", unused.stream().map(name -> "'" + name + "'").toList());
        throw new IllegalArgumentException(message.toString());
    }

    private static void section(StringBuilder message, String title, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        message.append("\n  ").append(lines.size()).append(' ').append(title).append(':');
        lines.stream().limit(LISTED).forEach(line -> message.append("\n    ").append(line));
        if (lines.size() > LISTED) {
            message.append("\n    and ").append(lines.size() - LISTED).append(" more");
        }
    }

    /// {@return the candidate with the smallest edit distance; empty when there is none}
    static String nearest(String name, Collection<String> candidates) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = Math.abs(candidate.length() - name.length()) < bestDistance
                    ? distance(name, candidate)
                    : Integer.MAX_VALUE;
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best;
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
