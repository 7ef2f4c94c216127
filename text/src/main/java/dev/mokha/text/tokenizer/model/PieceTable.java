package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// Open-addressing hash table from a run of characters to an id, asked without making a string.
final class PieceTable {
    private final char[] chars;
    private final int[] starts; // of entry i; entry i ends where i + 1 starts
    private final int[] ids;
    private final int[] slots; // entry + 1, or 0
    private final int[] hashes;
    private final int mask;
    private final int longest;

    PieceTable(Vocab vocab) {
        var pieces = vocab.pieces();
        int capacity = Integer.highestOneBit(Math.max(8, pieces.size()) * 2 - 1) * 2;
        this.mask = capacity - 1;
        this.slots = new int[capacity];
        this.starts = new int[pieces.size() + 1];
        this.ids = new int[pieces.size()];
        this.hashes = new int[pieces.size()];
        long total = 0;
        int max = 0;
        for (String piece : pieces) {
            total += piece.length();
            max = Math.max(max, piece.length());
        }
        this.longest = max;
        this.chars = new char[Math.toIntExact(total)];
        int at = 0;
        for (int i = 0; i < pieces.size(); i++) {
            String piece = pieces.get(i);
            piece.getChars(0, piece.length(), chars, at);
            starts[i] = at;
            ids[i] = vocab.id(piece);
            hashes[i] = hash(chars, at, at + piece.length());
            at += piece.length();
            int slot = spread(hashes[i]) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
        starts[pieces.size()] = at;
    }

    static int hash(char[] text, int from, int to) {
        int h = 0;
        for (int i = from; i < to; i++) {
            h = h * 31 + text[i];
        }
        return h;
    }

    static int spread(int hash) {
        int h = hash * 0x9E3779B9;
        return h ^ (h >>> 15);
    }

    /// {@return the id of the piece that reads as characters `from` to `to`, or -1}
    int get(char[] text, int from, int to) {
        if (to - from > longest) {
            return -1;
        }
        return get(text, from, to, hash(text, from, to));
    }

    /// As {@link #get(char[], int, int)}, with the {@link #hash} already known.
    int get(char[] text, int from, int to, int hash) {
        int slot = spread(hash) & mask;
        while (true) {
            int entry = slots[slot] - 1;
            if (entry < 0) {
                return -1;
            }
            if (hashes[entry] == hash && Arrays.equals(chars, starts[entry], starts[entry + 1], text, from, to)) {
                return ids[entry];
            }
            slot = (slot + 1) & mask;
        }
    }

    /// {@return the length of the longest piece, in UTF-16 units}
    int longest() {
        return longest;
    }
}
