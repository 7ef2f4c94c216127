package dev.mokha.text.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The code points that single-character pieces are made for, each with its count in the corpus.
///
/// @param counts required ones may have the count 0
record CharacterAlphabet(Map<Integer, Long> counts) {

    static CharacterAlphabet of(WordCounts words, Collection<Integer> required) {
        var counts = new HashMap<Integer, Long>();
        for (int i = 0; i < words.size(); i++) {
            long count = words.count(i);
            words.word(i).codePoints().forEach(c -> counts.merge(c, count, Long::sum));
        }
        required.forEach(c -> counts.putIfAbsent(c, 0L));
        return new CharacterAlphabet(counts);
    }

    /// {@return the `limit` most frequent; required ones first of all; of equally frequent ones the lower}
    CharacterAlphabet limited(int limit, Collection<Integer> required) {
        if (counts.size() <= limit) {
            return this;
        }
        var kept = new HashMap<Integer, Long>();
        required.forEach(c -> kept.put(c, counts.getOrDefault(c, 0L)));
        for (int c : byFrequency()) {
            if (kept.size() >= limit) {
                break;
            }
            kept.putIfAbsent(c, counts.getOrDefault(c, 0L));
        }
        return new CharacterAlphabet(kept);
    }

    /// {@return the most frequent that together make up the share `coverage` of the corpus}
    CharacterAlphabet covering(double coverage, Collection<Integer> required) {
        long total = counts.values().stream().mapToLong(Long::longValue).sum();
        var kept = new HashMap<Integer, Long>();
        required.forEach(c -> kept.put(c, counts.getOrDefault(c, 0L)));
        long covered = 0;
        for (int c : byFrequency()) {
            if (covered >= coverage * total) {
                break;
            }
            long count = counts.getOrDefault(c, 0L);
            covered += count;
            kept.put(c, count);
        }
        return new CharacterAlphabet(kept);
    }

    List<Integer> byFrequency() {
        var order = new ArrayList<>(counts.keySet());
        order.sort(Comparator.<Integer>comparingLong(c -> -counts.getOrDefault(c, 0L))
                .thenComparing(Comparator.naturalOrder()));
        return order;
    }

    List<Integer> byCodePoint() {
        return counts.keySet().stream().sorted().toList();
    }
}
