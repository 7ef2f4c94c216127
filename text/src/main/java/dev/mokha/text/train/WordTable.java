package dev.mokha.text.train;

import java.util.Arrays;

/// A hash table from words to counts that keeps all words in one array of chars: a corpus's tens of millions of
/// lookups then make no garbage.
final class WordTable {
    private static final int EMPTY = 0;

    private char[] pool = new char[1 << 12];
    private int poolSize;
    private int[] ends = new int[1 << 8]; // ends[i] is where word i ends in the pool
    private int[] hashes = new int[1 << 8];
    private long[] counts = new long[1 << 8];
    private int size;
    private int[] slots = new int[1 << 10]; // word index + 1, or EMPTY

    int size() {
        return size;
    }

    long count(int word) {
        return counts[word];
    }

    String word(int word) {
        int start = start(word);
        return new String(pool, start, ends[word] - start);
    }

    void add(CharSequence text, int start, int end, long count) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        hash *= 0x9E3779B9;
        hash ^= hash >>> 15;
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != EMPTY) {
            int word = slots[slot] - 1;
            if (hashes[word] == hash && same(word, text, start, end)) {
                counts[word] += count;
                return;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = append(text, start, end, hash, count) + 1;
        if (size * 2 > slots.length) {
            rehash();
        }
    }

    void addAll(WordTable other) {
        for (int word = 0; word < other.size; word++) {
            String text = other.word(word);
            add(text, 0, text.length(), other.counts[word]);
        }
    }

    /// {@return the table of the words counted more than `threshold` times}
    WordTable above(long threshold) {
        var kept = new WordTable();
        for (int word = 0; word < size; word++) {
            if (counts[word] > threshold) {
                String text = word(word);
                kept.add(text, 0, text.length(), counts[word]);
            }
        }
        return kept;
    }

    private int start(int word) {
        return word == 0 ? 0 : ends[word - 1];
    }

    private boolean same(int word, CharSequence text, int start, int end) {
        int from = start(word);
        if (ends[word] - from != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (pool[from + i - start] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int append(CharSequence text, int start, int end, int hash, long count) {
        int length = end - start;
        while (pool.length - poolSize < length) {
            pool = Arrays.copyOf(pool, grown(pool.length));
        }
        for (int i = start; i < end; i++) {
            pool[poolSize++] = text.charAt(i);
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, grown(size));
            hashes = Arrays.copyOf(hashes, ends.length);
            counts = Arrays.copyOf(counts, ends.length);
        }
        ends[size] = poolSize;
        hashes[size] = hash;
        counts[size] = count;
        return size++;
    }

    private void rehash() {
        slots = new int[grown(slots.length)];
        int mask = slots.length - 1;
        for (int word = 0; word < size; word++) {
            int slot = hashes[word] & mask;
            while (slots[slot] != EMPTY) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = word + 1;
        }
    }

    private static int grown(int length) {
        if (length >= 1 << 30) {
            throw new IllegalStateException("the table of distinct words would pass 2^30 entries or characters:"
                    + " give the trainer a lower maxWords");
        }
        return length * 2;
    }
}
