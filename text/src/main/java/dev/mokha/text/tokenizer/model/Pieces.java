package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// Where a model puts the pieces of the words it reads: ids, and for each the range of characters it covers.
public final class Pieces {
    private int[] ids = new int[256];
    private int[] from = new int[256];
    private int[] to = new int[256];
    private int[] words = new int[256];
    private int count;
    private int word;

    /// Adds a piece that covers characters `start` to `end` (UTF-16, exclusive) of the text being read.
    public void add(int id, int start, int end) {
        if (count == ids.length) {
            grow(count + 1);
        }
        ids[count] = id;
        from[count] = start;
        to[count] = end;
        words[count++] = word;
    }

    private void grow(int needed) {
        int size = Math.max(needed, ids.length * 2);
        ids = Arrays.copyOf(ids, size);
        from = Arrays.copyOf(from, size);
        to = Arrays.copyOf(to, size);
        words = Arrays.copyOf(words, size);
    }

    /// What follows belongs to the next word.
    public void nextWord() {
        word++;
    }

    /// {@return how many pieces there are}
    public int count() {
        return count;
    }

    /// {@return the id of piece `i`}
    public int id(int i) {
        return ids[i];
    }

    /// {@return the first character of piece `i`}
    public int from(int i) {
        return from[i];
    }

    /// {@return the character after piece `i`}
    public int to(int i) {
        return to[i];
    }

    /// {@return the number of the word that piece `i` belongs to}
    public int word(int i) {
        return words[i];
    }

    /// Sets the range of piece `i`.
    public void range(int i, int start, int end) {
        from[i] = start;
        to[i] = end;
    }

    /// {@return a copy of the ids}
    public int[] toIds() {
        return Arrays.copyOf(ids, count);
    }

    /// Forgets all pieces.
    public void clear() {
        count = 0;
        word = 0;
    }

    /// Keeps pieces `start` to `end` only.
    public void keep(int start, int end) {
        int kept = end - start;
        System.arraycopy(ids, start, ids, 0, kept);
        System.arraycopy(from, start, from, 0, kept);
        System.arraycopy(to, start, to, 0, kept);
        System.arraycopy(words, start, words, 0, kept);
        count = kept;
    }
}
