package dev.mokha.text.train;

import java.util.Arrays;

/// The words of a corpus as symbols, one behind the other in one array: [#EDGE] before and after each word, and
/// beside each symbol which word it belongs to. The arrays are shared with [PairMerger], which merges in place.
final class Cells {
    /// What lies between words, and stands for a symbol outside the alphabet: no piece may contain it.
    static final int EDGE = Integer.MIN_VALUE;

    int[] symbols = new int[1 << 12];
    int[] words = new int[1 << 12];
    private int size = 1;

    final long[] counts; // of each word

    private Cells(int words) {
        counts = new long[words];
        symbols[0] = EDGE;
    }

    /// Turns a word into symbol ids.
    interface Encoding {
        int[] of(String word);
    }

    static Cells of(WordCounts words, Encoding encoding) {
        var cells = new Cells(words.size());
        for (int word = 0; word < words.size(); word++) {
            cells.counts[word] = words.count(word);
            int[] encoded = encoding.of(words.word(word));
            if (encoded.length > 1) {
                cells.append(encoded, word);
            }
        }
        cells.symbols = Arrays.copyOf(cells.symbols, cells.size);
        cells.words = Arrays.copyOf(cells.words, cells.size);
        return cells;
    }

    private void append(int[] encoded, int word) {
        long needed = (long) size + encoded.length + 1;
        if (needed > symbols.length) {
            long length = Math.max(needed, Math.min(symbols.length * 2L, Integer.MAX_VALUE - 16));
            if (length > Integer.MAX_VALUE - 16) {
                throw new IllegalStateException(
                        "the distinct words have more than 2^31 symbols together: give the trainer a lower maxWords");
            }
            symbols = Arrays.copyOf(symbols, (int) length);
            words = Arrays.copyOf(words, (int) length);
        }
        System.arraycopy(encoded, 0, symbols, size, encoded.length);
        Arrays.fill(words, size, size + encoded.length, word);
        size += encoded.length;
        symbols[size++] = EDGE;
    }
}
