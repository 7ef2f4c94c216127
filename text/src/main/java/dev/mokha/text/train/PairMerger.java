package dev.mokha.text.train;

import dev.mokha.text.tokenizer.model.Merge;
import dev.mokha.text.train.TrainingProgress.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Byte-pair encoding's training, [Sennrich et al. 2016, §3.2](https://arxiv.org/abs/1508.07909): merge the most
/// frequent pair of neighbours everywhere, again and again.
///
/// Words lie one behind the other in one array of cells, a cell a symbol. A piece of `n` symbols owns `n` cells:
/// the first holds its id, the last `-n`, so that neighbours on both sides are found in one step and a merge costs
/// the same in a word of four letters and in a line of a million. Work is proportional to the merges done, not to
/// the corpus.
final class PairMerger {
    private static final int EDGE = Cells.EDGE;
    private static final int INNER = -1;

    private final Cells cells;
    private final List<String> pieces;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Set<String> reserved;
    private int[] lengths; // in symbols
    private final PairTable pairs = new PairTable();
    private final PairHeap heap = new PairHeap(pairs);
    private int step;
    private int[] touchedIn = new int[1 << 10]; // the step in which a pair was last touched
    private int[] touched = new int[1 << 10];
    private int touchedCount;
    private final String continuing;
    private final int maxLength;

    /// @param symbols the single symbols; their ids are their places
    /// @param reserved strings that no merge may produce: special tokens, byte pieces
    /// @param continuing what a piece inside a word begins with and loses when joined to its left: `##` or nothing
    /// @param maxLength the symbols that a piece may have at most
    PairMerger(Cells cells, List<String> symbols, Set<String> reserved, String continuing, int maxLength) {
        this.cells = cells;
        this.pieces = new ArrayList<>(symbols);
        this.reserved = new HashSet<>(reserved);
        this.continuing = continuing;
        this.maxLength = maxLength;
        for (int id = 0; id < symbols.size(); id++) {
            ids.put(symbols.get(id), id);
        }
        this.lengths = new int[symbols.size()];
        Arrays.fill(lengths, 1);
    }

    List<String> pieces() {
        return List.copyOf(pieces);
    }

    /// {@return up to `maxPieces` new pieces' merges, in the order learned}
    List<Merge> learn(int maxPieces, long minFrequency, TrainingProgress progress) {
        countPairs();
        var merges = new ArrayList<Merge>();
        var merged = new HashSet<Long>();
        int symbols = pieces.size();
        int reportEvery = Math.max(1, maxPieces / 100);
        while (pieces.size() - symbols < maxPieces) {
            int row = heap.pop();
            if (row < 0 || pairs.count(row) < minFrequency) {
                break;
            }
            int left = pairs.left(row);
            int right = pairs.right(row);
            String joined = joined(left, right);
            if (reserved.contains(joined)) {
                continue;
            }
            if (merged.add(pairs.key(row))) { // a pair that reappears already has its merge
                merges.add(new Merge(pieces.get(left), pieces.get(right)));
            }
            mergeEverywhere(row, left, right, idOf(joined, left, right));
            if ((pieces.size() - symbols) % reportEvery == 0) {
                progress.at(Stage.LEARNING_MERGES, pieces.size() - symbols, maxPieces);
            }
        }
        progress.at(Stage.LEARNING_MERGES, pieces.size() - symbols, maxPieces);
        return merges;
    }

    private void countPairs() {
        int[] symbols = cells.symbols;
        for (int cell = 1; cell + 1 < symbols.length; cell++) {
            if (symbols[cell] != EDGE && symbols[cell + 1] != EDGE && maxLength > 1) {
                pairs.add(symbols[cell], symbols[cell + 1], countAt(cell), cell);
            }
        }
        for (int row = 0; row < pairs.size(); row++) {
            heap.push(row);
        }
    }

    private void mergeEverywhere(int row, int left, int right, int joined) {
        int[] symbols = cells.symbols;
        int leftLength = lengths[left];
        int length = leftLength + lengths[right];
        touchedCount = 0;
        step++;
        for (int cell : pairs.takeCells(row)) {
            int middle = cell + leftLength;
            if (symbols[cell] != left || symbols[middle] != right) {
                continue;
            }
            int end = cell + length;
            long count = countAt(cell);
            pairs.subtract(left, right, count);
            int before = startOfPieceBefore(cell);
            if (before >= 0) {
                pairs.subtract(symbols[before], left, count);
                if (lengths[symbols[before]] + length <= maxLength) {
                    touch(pairs.add(symbols[before], joined, count, before));
                }
            }
            int after = symbols[end];
            if (after != EDGE) {
                pairs.subtract(right, after, count);
                if (lengths[after] + length <= maxLength) {
                    touch(pairs.add(joined, after, count, cell));
                }
            }
            symbols[cell] = joined;
            symbols[middle] = INNER;
            symbols[end - 1] = -length;
        }
        for (int i = 0; i < touchedCount; i++) {
            if (pairs.count(touched[i]) > 0) {
                heap.push(touched[i]);
            }
        }
    }

    /// Notes a pair that became more frequent in this step, once.
    private void touch(int row) {
        if (row >= touchedIn.length) {
            touchedIn = Arrays.copyOf(touchedIn, row * 2);
        }
        if (touchedIn[row] == step) {
            return;
        }
        touchedIn[row] = step;
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, touchedCount * 2);
        }
        touched[touchedCount++] = row;
    }

    /// {@return the first cell of the piece that ends before `cell`, or -1 at a word's edge}
    private int startOfPieceBefore(int cell) {
        int last = cells.symbols[cell - 1];
        if (last == EDGE) {
            return -1;
        }
        return last >= 0 ? cell - 1 : cell + last;
    }

    private long countAt(int cell) {
        return cells.counts[cells.words[cell]];
    }

    private String joined(int left, int right) {
        String tail = pieces.get(right);
        return pieces.get(left)
                + (!continuing.isEmpty() && tail.startsWith(continuing) ? tail.substring(continuing.length()) : tail);
    }

    /// One string is one piece, whichever pair it was first made of.
    private int idOf(String joined, int left, int right) {
        Integer known = ids.get(joined);
        if (known != null) {
            return known;
        }
        int id = pieces.size();
        pieces.add(joined);
        ids.put(joined, id);
        if (id == lengths.length) {
            lengths = Arrays.copyOf(lengths, id * 2);
        }
        lengths[id] = lengths[left] + lengths[right];
        return id;
    }
}
