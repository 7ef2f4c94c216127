package dev.mokha.text.train;

import java.util.Map;
import java.util.TreeMap;

/// How often each distinct word of a corpus occurs: all that a trainer keeps of it.
public final class WordCounts {
    private final String[] words;
    private final long[] counts;

    private WordCounts(String[] words, long[] counts) {
        this.words = words;
        this.counts = counts;
    }

    public static WordCounts of(Map<String, Long> counted) {
        var sorted = new TreeMap<>(counted);
        var words = sorted.keySet().toArray(new String[0]);
        var counts = new long[words.length];
        if (sorted.containsKey("")) {
            throw new IllegalArgumentException("the empty word is counted; leave it out");
        }
        for (int i = 0; i < words.length; i++) {
            counts[i] = sorted.getOrDefault(words[i], 0L);
            if (counts[i] < 1) {
                throw new IllegalArgumentException(
                        "the word '" + words[i] + "' has the count " + counts[i] + "; counts begin at 1");
            }
        }
        return new WordCounts(words, counts);
    }

    static WordCounts of(WordTable table) {
        var words = new String[table.size()];
        var counts = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = table.word(i);
            counts[i] = table.count(i);
        }
        return new WordCounts(words, counts);
    }

    /// {@return the number of distinct words}
    public int size() {
        return words.length;
    }

    public String word(int index) {
        return words[index];
    }

    public long count(int index) {
        return counts[index];
    }

    /// {@return the number of words, repeats included}
    public long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }
}
