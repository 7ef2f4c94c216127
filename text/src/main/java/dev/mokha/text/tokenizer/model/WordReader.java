package dev.mokha.text.tokenizer.model;

import java.util.Arrays;

/// A model as one thread uses it: with working room, and a bounded memory of the words it has read.
///
/// Words come again and again; their pieces are kept under their characters in flat arrays, without a string or an
/// object for each. When the memory is full it is cleared.
public final class WordReader {
    private static final int LONGEST = 40; // a longer word is seldom seen twice
    private static final int SLOTS = 1 << 15;
    private static final int MAX_WORDS = SLOTS * 5 / 8;
    private static final int MAX_CHARS = MAX_WORDS * 12;
    private static final int MAX_PIECES = MAX_WORDS * 6;

    private final Model model;
    private final Buffers buffers = new Buffers();
    private final int[] slots = new int[SLOTS]; // word + 1, or 0
    private final int[] hashes = new int[MAX_WORDS];
    private final int[] charStarts = new int[MAX_WORDS + 1];
    private final int[] pieceStarts = new int[MAX_WORDS + 1];
    private char[] chars = new char[1 << 14];
    private int[] pieceIds = new int[1 << 13];
    private short[] pieceRanges = new short[1 << 13]; // start << 8 | end, within the word
    private int words;

    /// A reader for `model`.
    public WordReader(Model model) {
        this.model = model;
    }

    /// Cuts one word into pieces.
    ///
    /// @param asBytes whether a byte-level model is to read the word's UTF-8 bytes
    public void read(char[] text, int from, int to, boolean asBytes, Pieces out) {
        if (model instanceof Bpe bpe && !asBytes && bpe.cutsAtMark() && to - from > 1) {
            int start = from;
            while (start < to) {
                int end = bpe.markAfter(text, start, to);
                readPart(text, start, end, false, out);
                start = end;
            }
        } else {
            readPart(text, from, to, asBytes, out);
        }
    }

    private void readPart(char[] text, int from, int to, boolean asBytes, Pieces out) {
        if (to - from > LONGEST) {
            ask(text, from, to, asBytes, out);
            return;
        }
        int hash = PieceTable.hash(text, from, to);
        int slot = PieceTable.spread(hash) & (SLOTS - 1);
        while (true) {
            int word = slots[slot] - 1;
            if (word < 0) {
                break;
            }
            if (hashes[word] == hash && same(word, text, from, to)) {
                for (int i = pieceStarts[word]; i < pieceStarts[word + 1]; i++) {
                    int range = pieceRanges[i];
                    out.add(pieceIds[i], from + (range >> 8), from + (range & 0xFF));
                }
                return;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        int before = out.count();
        ask(text, from, to, asBytes, out);
        remember(text, from, to, hash, slot, before, out);
    }

    private boolean same(int word, char[] text, int from, int to) {
        int start = charStarts[word];
        int length = to - from;
        if (charStarts[word + 1] - start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (chars[start + i] != text[from + i]) {
                return false;
            }
        }
        return true;
    }

    private void ask(char[] text, int from, int to, boolean asBytes, Pieces out) {
        if (asBytes && model instanceof Bpe bpe) {
            bpe.tokenizeBytes(text, from, to, buffers, out);
        } else {
            model.tokenize(text, from, to, buffers, out);
        }
    }

    private void remember(char[] text, int from, int to, int hash, int freeSlot, int before, Pieces out) {
        int slot = freeSlot;
        int pieces = out.count() - before;
        if (words == MAX_WORDS
                || charStarts[words] + to - from > MAX_CHARS
                || pieceStarts[words] + pieces > MAX_PIECES) {
            Arrays.fill(slots, 0);
            words = 0;
            slot = PieceTable.spread(hash) & (SLOTS - 1);
        }
        int charEnd = charStarts[words] + to - from;
        if (charEnd > chars.length) {
            chars = Arrays.copyOf(chars, Math.max(charEnd, chars.length * 2));
        }
        System.arraycopy(text, from, chars, charStarts[words], to - from);
        int at = pieceStarts[words];
        if (at + pieces > pieceIds.length) {
            int size = Math.max(at + pieces, pieceIds.length * 2);
            pieceIds = Arrays.copyOf(pieceIds, size);
            pieceRanges = Arrays.copyOf(pieceRanges, size);
        }
        for (int i = before; i < out.count(); i++) {
            pieceIds[at] = out.id(i);
            pieceRanges[at++] = (short) (((out.from(i) - from) << 8) | (out.to(i) - from));
        }
        hashes[words] = hash;
        slots[slot] = ++words;
        charStarts[words] = charEnd;
        pieceStarts[words] = at;
    }
}
