package dev.mokha.text.train;

import dev.mokha.text.tokenizer.model.Merge;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The definition of BPE training in loops: count every pair of every word anew before each merge.
final class SlowBpe {
    private final List<String> pieces;
    private final Set<String> reserved;
    private final String continuing;
    private final int maxLength;
    private final Map<List<String>, Long> words;

    /// @param words each word as its symbols, with its count
    SlowBpe(Map<List<String>, Long> words, List<String> symbols, Set<String> reserved, String continuing, int max) {
        this.words = words;
        this.pieces = new ArrayList<>(symbols);
        this.reserved = reserved;
        this.continuing = continuing;
        this.maxLength = max;
    }

    List<String> pieces() {
        return pieces;
    }

    List<Merge> learn(int maxPieces, long minFrequency) {
        var merges = new ArrayList<Merge>();
        List<List<String>> texts = new ArrayList<>(words.keySet());
        List<Long> counts = new ArrayList<>(words.values());
        int target = pieces.size() + maxPieces;
        while (pieces.size() < target) {
            var pairs = new TreeMap<Long, Long>(); // in the order of ids: the first best one wins a tie
            for (int w = 0; w < texts.size(); w++) {
                List<String> word = texts.get(w);
                for (int i = 0; i + 1 < word.size(); i++) {
                    long left = pieces.indexOf(word.get(i));
                    long right = pieces.indexOf(word.get(i + 1));
                    pairs.merge(left << 32 | right, counts.get(w), Long::sum);
                }
            }
            long best = -1;
            for (var pair : pairs.entrySet()) {
                String joined = joined(pair.getKey());
                boolean allowed = !reserved.contains(joined) && symbols(joined) <= maxLength;
                if (allowed
                        && pair.getValue() >= minFrequency
                        && (best < 0 || pair.getValue() > pairs.getOrDefault(best, 0L))) {
                    best = pair.getKey();
                }
            }
            if (best < 0) {
                break;
            }
            String left = pieces.get((int) (best >>> 32));
            String right = pieces.get((int) best);
            if (!merges.contains(new Merge(left, right))) {
                merges.add(new Merge(left, right));
            }
            String joined = joined(best);
            if (!pieces.contains(joined)) {
                pieces.add(joined);
            }
            texts.replaceAll(word -> merged(word, left, right, joined));
        }
        return merges;
    }

    private String joined(long pair) {
        String right = pieces.get((int) pair);
        boolean marked = !continuing.isEmpty() && right.startsWith(continuing);
        return pieces.get((int) (pair >>> 32)) + (marked ? right.substring(continuing.length()) : right);
    }

    private long symbols(String piece) {
        boolean marked = !continuing.isEmpty() && piece.startsWith(continuing);
        return piece.codePoints().count() - (marked ? continuing.length() : 0);
    }

    private static List<String> merged(List<String> word, String left, String right, String joined) {
        var out = new ArrayList<String>();
        for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size()
                    && word.get(i).equals(left)
                    && word.get(i + 1).equals(right)) {
                out.add(joined);
                i++;
            } else {
                out.add(word.get(i));
            }
        }
        return out;
    }

    /// {@return whether a string was made by more than one pair}
    static boolean hasTwins(List<Merge> merges) {
        var made = new HashSet<String>();
        return merges.stream().anyMatch(m -> !made.add(m.left() + m.right()));
    }
}
